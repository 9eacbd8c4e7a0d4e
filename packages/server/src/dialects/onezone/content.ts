const JSON_TYPE = 'application/json'
const ADMITTING = new Set([JSON_TYPE, 'application/*', '*/*'])

/** Whether an `Accept` header admits JSON; without one everything is admitted (RFC 9110, 12.5.1). */
export function admitsJson(accept: string | null): boolean {
  return accept === null || accept === '*/*' || accept.split(',').some(isAdmittingRange)
}

/** A range with parameters is for JSON with those parameters, which this API never sends. */
function isAdmittingRange(range: string): boolean {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  return ADMITTING.has(type) && parameters.every((parameter) => QUALITY.test(parameter))
}

/** A quality of zero means "not this". */
const QUALITY = /^q=(?:1(?:\.0{0,3})?|0\.(?=[0-9]*[1-9])[0-9]{1,3})$/

/** Onezone takes the media type alone: with a parameter, `charset` included, it is another type to it. */
export function isJsonType(contentType: string | null): boolean {
  return contentType?.trim().toLowerCase() === JSON_TYPE
}
