export const ACCESS_TOKEN_PATH = '/auth/v1/oauth2/access_token'
export const OPERATION_ID = 'create_access_token'
