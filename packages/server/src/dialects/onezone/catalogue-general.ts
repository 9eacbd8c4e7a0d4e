import { nested, type WireError } from './wire-error.ts'

/** The catalogue, general part: ids, statuses and texts are the wire format of Onezone 21.02.7. */

export const unauthorized: WireError = {
  status: 401,
  id: 'unauthorized',
  description: 'You must authenticate yourself to perform this operation.',
}

/** What is wrong with the credentials of this very request. */
export function unauthorizedBecause(authError: WireError): WireError {
  return {
    status: 401,
    id: 'unauthorized',
    details: { authError: nested(authError) },
    description: 'Provided authentication is not valid (see details).',
  }
}

export const forbidden: WireError = {
  status: 403,
  id: 'forbidden',
  description: 'You are not authorized to perform this operation.',
}

export const notFound: WireError = {
  status: 404,
  id: 'notFound',
  description: 'The resource could not be found.',
}

export const alreadyExists: WireError = {
  status: 409,
  id: 'alreadyExists',
  description: 'The resource already exists.',
}

export const notSupported: WireError = {
  status: 400,
  id: 'notSupported',
  description: 'This operation is not supported.',
}

export const notImplemented: WireError = {
  status: 501,
  id: 'notImplemented',
  description: 'This operation is not implemented.',
}

export const serviceUnavailable: WireError = {
  status: 503,
  id: 'serviceUnavailable',
  description: 'Service required for this operation is offline.',
}

export const temporaryFailure: WireError = {
  status: 503,
  id: 'temporaryFailure',
  description: 'Temporary failure - please try again later.',
}

/** @param reference what the log line of the failure carries too, so that an administrator finds it */
export function internalServerError(reference: string): WireError {
  return {
    status: 500,
    id: 'internalServerError',
    details: { reference },
    description:
      'The server has encountered an error while processing this request. If the problem persists, ' +
      `please contact the site's administrators, citing the following reference: ${reference}.`,
  }
}
