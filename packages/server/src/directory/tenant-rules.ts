/** RFC 1123, 2.1: labels of letters, digits and hyphens inside; 253 characters in all. Lower case, as hosts are compared. */
const DOMAIN =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/
const MAX_NAME_CHARS = 128

/** Whether a tenant's Onezone API may answer at that host name: no port, and no address, which is the default tenant's. */
export function isOnezoneDomain(text: string): boolean {
  return DOMAIN.test(text) && !/^[\d.]+$/.test(text)
}

export function isTenantName(text: string): boolean {
  return text.length >= 1 && text.length <= MAX_NAME_CHARS && text.trim() === text
}
