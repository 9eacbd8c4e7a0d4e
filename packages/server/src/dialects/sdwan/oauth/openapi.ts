import { named, object, words } from '../../json-schema.ts'
import type { DocumentedOperation, DocumentedResponse } from '../../openapi-document.ts'
import { ACCESS_TOKEN_PATH, OPERATION_ID } from './operation.ts'
import type { OAuthErrorCode } from './oauth-problem.ts'

const text = { type: 'string' }

const tokenShape = named(
  'SdwanAccessToken',
  object(
    { access_token: text, token_type: words('Bearer'), expires_in: { type: 'integer' } },
    { scope: { ...text, description: 'What was granted of the scope; absent where none was asked for.' } },
  ),
)

const problemShape = named(
  'SdwanAccessTokenError',
  object({ error: text, error_description: { ...text, description: 'For a person.' } }),
)

/** How a client comes to a bearer, for the document of the API that takes it. @param section of that document */
export function accessTokenOperation(section: string): DocumentedOperation {
  return {
    method: 'POST',
    path: ACCESS_TOKEN_PATH,
    operationId: OPERATION_ID,
    summary: 'Trade a client’s id and secret for a bearer',
    description:
      'The client shows both with Basic authentication, or as client_id and client_secret in the body (RFC 6749, 2.3.1). ' +
      'With the bearer it asks for its profile first: until then everything else is refused.',
    section,
    isPublic: true,
    body: object(
      { grant_type: words('client_credentials') },
      {
        scope: {
          ...text,
          description: '`tsg_id:<id>` of the client’s tenant; words without meaning here may follow.',
        },
        client_id: text,
        client_secret: text,
      },
    ),
    bodyContentType: 'application/x-www-form-urlencoded',
    responses: [
      { status: 200, description: 'A bearer.', schema: tokenShape },
      refusal(400, 'invalid_request', 'invalid_scope', 'unsupported_grant_type'),
      refusal(401, 'invalid_client'),
      refusal(503, 'temporarily_unavailable'),
    ],
  }
}

function refusal(status: number, ...codes: readonly OAuthErrorCode[]): DocumentedResponse {
  return {
    status,
    description: `${codes.join(', ')}.`,
    schema: problemShape,
    ...(status === 401 && { headers: { 'WWW-Authenticate': 'Always `Basic`.' } }),
    ...(status === 503 && { headers: { 'Retry-After': 'After how many seconds to ask again.' } }),
  }
}
