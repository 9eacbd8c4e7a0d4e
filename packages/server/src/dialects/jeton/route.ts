import type { User } from '../../directory/user.ts'
import type { Answer, Call } from '../dialect.ts'
import type { JsonObject } from './body.ts'
import type { JetonDeps } from './deps.ts'

interface RouteOf<Callers, Caller> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly operationId: string
  readonly callers: Callers
  /** Whether it takes a JSON object. A body that it does not take is not read. */
  readonly takesBody: boolean
  /** Whether a success leaves more on the disk than before: such calls stop first when it fills up. */
  readonly writes?: boolean
  run(deps: JetonDeps, asked: Asked<Caller>): Promise<Answer> | Answer
}

export interface Asked<Caller> {
  readonly call: Call
  /** Decoded, by the names that the path has for them. */
  readonly params: Readonly<Record<string, string>>
  readonly caller: Caller
  /** Empty when the route takes none. */
  readonly body: JsonObject
}

/** A call that answers without asking who calls. */
export type PublicRoute = RouteOf<'anyone', undefined>

/** Which users may call: all, when nothing is said. */
export interface UserCallers {
  /** Only who holds that admin privilege, directly or through groups. */
  readonly privilege?: string
  /** Only who administers the installation, and not one tenant alone. */
  readonly isForInstallation?: true
}

export type UserRoute = RouteOf<UserCallers, User>

export type Route = PublicRoute | UserRoute
