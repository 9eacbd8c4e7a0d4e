/** HMAC-SHA256 of `message` under `key`: 32 bytes, at once. */
export type Hmac = (key: Uint8Array, message: Uint8Array) => Uint8Array

/** The same where the platform has it as a promise only, such as WebCrypto. */
export type HmacAsync = (key: Uint8Array, message: Uint8Array) => Promise<Uint8Array>
