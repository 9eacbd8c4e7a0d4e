import type { SdwanCode } from './codes.ts'
import { refusal, SdwanRefusal } from './refusal.ts'

/** Whoever replaces an object says which version of it he has seen. @throws {SdwanRefusal} */
export function requireEtag({ _etag: etag }: { readonly _etag?: number }): number {
  if (etag === undefined)
    throw refusal('OPERATOR_INVALID_ETAG', '_etag is missing: send that of the object as it is.')
  return etag
}

/** A body may leave out its tenant, but name no other than the path's. @throws {SdwanRefusal} */
export function requireOwnTenant(
  { tenant_id: tenantId }: { readonly tenant_id?: string },
  { sdwanTenantId }: { readonly sdwanTenantId: string },
  code: SdwanCode,
): void {
  if (tenantId !== undefined && tenantId !== '' && tenantId !== sdwanTenantId) throw refusal(code)
}

/**
 * What only the server sets may come back as it is.
 * @param sent by the name of the field; `undefined`: it did not come
 * @throws {SdwanRefusal} with one item for each field that is another
 */
export function requireUnchanged<Fields extends object>(
  sent: Partial<Fields>,
  current: Fields,
  code: SdwanCode,
): void {
  const items = Object.entries(current)
    .filter(([field, value]) => {
      const other = sent[field as keyof Fields] // A key of `current`, whose type it is.
      return other !== undefined && other !== value
    })
    .map(([field]) => ({ code, message: `${field} is set by the server alone` }))
  if (items.length > 0) throw new SdwanRefusal(items)
}
