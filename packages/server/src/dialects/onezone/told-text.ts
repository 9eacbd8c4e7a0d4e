/** The longest text that an error repeats exactly. Twice in one answer and escaped, more would be a multiple of the request. */
export const MAX_TOLD_CHARS = 4096

/** The text, or, when it is too long to be told, its beginning and an ellipsis. */
export function beginningOf(text: string): string {
  // The cut may have split a surrogate pair.
  return text.length <= MAX_TOLD_CHARS ? text : `${text.slice(0, MAX_TOLD_CHARS).toWellFormed()}…`
}
