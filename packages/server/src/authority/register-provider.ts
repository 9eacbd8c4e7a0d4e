import type { Ambient } from '../ambient.ts'
import { insertDespiteTakenIds } from '../directory/new-ids.ts'
import type { UserReads } from '../directory/ports.ts'
import { insertProviderIn, newProvider, type NewProvider } from '../directory/providers.ts'
import type { DirectoryWrites } from '../directory/relation-ports.ts'
import type { Tenant } from '../directory/tenant.ts'
import type { User } from '../directory/user.ts'
import { type ConsumeDeps, consumeInvite, type ShownInvite } from './consume-invite.ts'
import { type DraftDeps, draftNamedToken } from './issue.ts'
import type { TokenWrites } from './ports.ts'

export interface RegistrationWrites extends DirectoryWrites {
  readonly tokens: TokenWrites
}

export interface RegistrationDeps extends ConsumeDeps<RegistrationWrites>, DraftDeps {
  readonly users: UserReads
  readonly ambient: Ambient
}

/** What a provider's first token is called, on every Onezone. */
export const ROOT_TOKEN_NAME = 'root token'

/**
 * Registers a provider: itself, its cluster, whose first member is the user that the invite names, and its root token;
 * all of them, with the use of the invite counted, or nothing.
 *
 * @returns the text of the root token, which speaks for the provider without any caveat, and the provider's Onezone id
 * @throws {Refused} what {@link consumeInvite} refuses
 */
export async function registerProvider(
  deps: RegistrationDeps,
  tenant: Tenant,
  shown: Omit<ShownInvite, 'inviteType'>,
  request: Omit<NewProvider, 'tenantId'>,
): Promise<{ readonly onezoneId: string; readonly rootTokenText: string }> {
  const administrator = await invitedAdministrator(deps, tenant, shown)
  const invite: ShownInvite = { ...shown, inviteType: 'registerOneprovider' }
  return insertDespiteTakenIds(true, async () => {
    const provider = newProvider(deps.ambient, { ...request, tenantId: tenant.id })
    const { onezoneId } = provider
    const { token, text } = draftNamedToken(
      deps,
      { kind: 'provider', id: provider.id },
      {
        tenant,
        audience: 'onezone',
        subject: { type: 'oneprovider', id: onezoneId },
        name: ROOT_TOKEN_NAME,
        type: { kind: 'access' },
        caveats: [],
        customMetadata: {},
        isRevoked: false,
      },
    )
    return consumeInvite(deps, tenant.id, invite, async (writes) => {
      await insertProviderIn(writes, deps.ambient, provider, administrator)
      await writes.tokens.insert(token)
      return { onezoneId, rootTokenText: text }
    })
  })
}

/** `undefined` when he is gone, or nobody was named: then the invite is refused for its target. */
async function invitedAdministrator(
  { users }: RegistrationDeps,
  tenant: Tenant,
  { presented }: Pick<ShownInvite, 'presented'>,
): Promise<User | undefined> {
  const { type } = presented.token
  return type.kind === 'invite' ? users.findByOnezoneId(tenant.id, type.targetId) : undefined
}
