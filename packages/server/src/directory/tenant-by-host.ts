import type { ChangeKind, ChangeListener } from '../change.ts'
import type { TenantReads } from './ports.ts'
import type { Tenant } from './tenant.ts'

/** A client chooses the host it names, so what is remembered of hosts is bounded. */
const MAX_REMEMBERED_HOSTS = 1000

/**
 * Which tenant a request's host stands for: the one with that Onezone domain, else the default one. Remembered per
 * host, for every request asks, until a tenant comes or changes. A node that hears of it late takes a new tenant's host for
 * the default one's, where that tenant's credentials are unknown.
 */
export class TenantByHost implements ChangeListener {
  readonly #tenants: Pick<TenantReads, 'findByOnezoneDomain'>
  readonly #default: Tenant
  readonly #remembered = new Map<string, Tenant>()
  #changes = 0

  constructor(tenants: Pick<TenantReads, 'findByOnezoneDomain'>, defaultTenant: Tenant) {
    this.#tenants = tenants
    this.#default = defaultTenant
  }

  /** @param host lower case, without port */
  at(host: string): Tenant | Promise<Tenant> {
    if (host === this.#default.onezoneDomain) return this.#default
    return this.#remembered.get(host) ?? this.#find(host)
  }

  apply({ kind }: Parameters<ChangeListener['apply']>[0]): void {
    if (!ELSEWHERE.has(kind)) this.flush()
  }

  flush(): void {
    this.#changes += 1
    this.#remembered.clear()
  }

  async #find(host: string): Promise<Tenant> {
    const since = this.#changes
    const tenant = (await this.#tenants.findByOnezoneDomain(host)) ?? this.#default
    if (since === this.#changes) this.#remember(host, tenant)
    return tenant
  }

  #remember(host: string, tenant: Tenant): void {
    const [oldest] = this.#remembered.keys()
    if (this.#remembered.size >= MAX_REMEMBERED_HOSTS && oldest !== undefined) this.#remembered.delete(oldest)
    this.#remembered.set(host, tenant)
  }
}

/** Kinds that tell nothing of tenants. The feed can bring others, of newer versions. */
const ELSEWHERE: ReadonlySet<string> = new Set<Exclude<ChangeKind, 'tenant'>>([
  'token',
  'epoch',
  'generation',
  'subject',
  'password',
  'privilege',
  'membership',
  'support',
  'role',
  'session',
])
