const VIEWABLE = ['list', 'view', 'list_relationships'] as const
const RELATED = ['add_relationships', 'remove_relationships'] as const
const GUARDED = ['view_privileges', 'set_privileges'] as const

/** Onezone's admin privileges: `oz_<resource>_<operation>`. @see the Onezone API, `GET /privileges` */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  users: ['create', ...VIEWABLE, 'update', 'delete', ...RELATED, 'manage_passwords'],
  groups: ['create', ...VIEWABLE, 'update', 'delete', ...RELATED, ...GUARDED],
  spaces: ['create', ...VIEWABLE, 'update', 'delete', ...RELATED, ...GUARDED],
  harvesters: ['create', ...VIEWABLE, 'update', 'delete', ...RELATED, ...GUARDED],
  atm_inventories: ['create', ...VIEWABLE, 'update', 'delete', ...RELATED, ...GUARDED],
  handles: ['create', ...VIEWABLE, 'update', 'delete', ...RELATED, ...GUARDED],
  handle_services: ['create', ...VIEWABLE, 'update', 'delete', ...RELATED, ...GUARDED],
  clusters: [...VIEWABLE, 'update', ...RELATED, ...GUARDED],
  providers: ['invite', ...VIEWABLE, 'update', 'delete'],
  shares: ['create', 'list', 'view', 'update', 'delete'],
}

const UNGROUPED = ['oz_tokens_manage', 'oz_view_privileges', 'oz_set_privileges']

const viewed = (operation: string): boolean => VIEWABLE.some((viewable) => viewable === operation)

/** All 91, in ascending order. */
export const ADMIN_PRIVILEGES: readonly string[] = [
  ...Object.entries(OPERATIONS).flatMap(([resource, operations]) =>
    operations.map((operation) => `oz_${resource}_${operation}`),
  ),
  ...UNGROUPED,
].toSorted()

/** The 29 that only look, in ascending order. */
export const VIEWER_PRIVILEGES: readonly string[] = Object.entries(OPERATIONS)
  .flatMap(([resource, operations]) =>
    operations.filter(viewed).map((operation) => `oz_${resource}_${operation}`),
  )
  .toSorted()
