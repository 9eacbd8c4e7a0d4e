/** What a change of privileges comes to, held ones being what they are. What stands in both lists is taken. */
export interface PrivilegeChange {
  readonly added: readonly string[]
  readonly taken: readonly string[]
}

export function privilegeChange(
  present: Iterable<string>,
  grant: readonly string[],
  revoke: readonly string[],
): PrivilegeChange {
  const held = new Set(present)
  const revoked = new Set(revoke)
  return {
    added: [...new Set(grant)].filter((each) => !held.has(each) && !revoked.has(each)),
    taken: [...revoked].filter((each) => held.has(each)),
  }
}
