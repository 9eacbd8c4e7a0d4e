import { CommandFailed } from '../command-failed.ts'
import { getUser, listUserIds, readEach, type Subject } from '../server/onezone.ts'
import type { Server } from '../server/request.ts'
import { text } from '../server/json.ts'

const USER_ID = /^[0-9a-f]{32}(?:ch[0-9a-f]{4})?$/

/**
 * The Onezone id of the user that the argument names. The API finds users by id only, so a username costs one
 * request per user of the tenant.
 * @throws {CommandFailed} `failed` when nobody has that username
 */
export async function resolveUserId(server: Server, user: string): Promise<string> {
  if (USER_ID.test(user)) return user
  const users = await readEach(await listUserIds(server), (id) => getUser(server, id))
  const found = users.find(({ username }) => username === user)
  if (found !== undefined) return text(found['userId'])
  throw new CommandFailed('failed', `No user is called ${user}.`, { next: 'jeton user list shows them all.' })
}

/** Whose tokens a command is about; `undefined`: the caller's own. */
export async function resolveSubject(server: Server, user: string | undefined): Promise<Subject> {
  return user === undefined ? undefined : { userId: await resolveUserId(server, user) }
}
