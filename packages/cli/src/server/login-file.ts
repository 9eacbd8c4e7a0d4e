import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { CommandFailed } from '../command-failed.ts'

/** A login as it is kept between commands: a token of its own, so that no password is ever written down. */
export interface SavedLogin {
  /** The server that the token belongs to. It is sent nowhere else. */
  readonly url: string
  readonly username: string
  readonly tokenId: string
  readonly token: string
  /** Absolute; absent when the system trusts that server. */
  readonly certificateFile?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** `$XDG_CONFIG_HOME/jeton/login.json`; a relative path there is to be ignored (XDG Base Directory, "Basics"). */
export function loginFilePath(environment: Environment): string {
  const { XDG_CONFIG_HOME: configured, HOME: home } = environment
  if (configured !== undefined && isAbsolute(configured)) return join(configured, 'jeton', 'login.json')
  return join(home ?? '/', '.config', 'jeton', 'login.json')
}

/**
 * The saved login, or `undefined` when there is none.
 * @throws {CommandFailed} `credentials` when others could read or plant it, or when it makes no sense
 */
export function readLogin(environment: Environment): SavedLogin | undefined {
  const path = loginFilePath(environment)
  const file = openIfThere(path)
  if (file === undefined) return undefined
  try {
    refuseUnsafe(path, file)
    return parseLogin(path, readFileSync(file, 'utf8'))
  } finally {
    closeSync(file)
  }
}

/** Writes the login so that a crash leaves the old one or the new one, and nobody else can read either. */
export function writeLogin(environment: Environment, login: SavedLogin): void {
  const path = loginFilePath(environment)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}`
  rmSync(temporary, { force: true })
  writeFileSync(temporary, `${JSON.stringify(login, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  // The mode above passes through the umask, which may have taken the owner's own bits away.
  chmodSync(temporary, 0o600)
  renameSync(temporary, path)
}

export function removeLogin(environment: Environment): void {
  rmSync(loginFilePath(environment), { force: true })
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new CommandFailed('credentials', `The saved login ${path} cannot be read.`, {
      next: 'Make it readable for you alone, or delete it and run: jeton login',
    })
  }
}

/** The open file is examined, not the path: between two looks at a path somebody could swap what is there. */
function refuseUnsafe(path: string, file: number): void {
  const { mode, uid } = fstatSync(file)
  const own = process.getuid?.()
  if (own !== undefined && uid !== own) {
    throw new CommandFailed('credentials', `The saved login ${path} belongs to another user (uid ${uid}).`, {
      next: 'Delete it and run: jeton login',
    })
  }
  if ((mode & 0o077) !== 0) {
    const permissions = (mode & 0o777).toString(8).padStart(4, '0')
    throw new CommandFailed(
      'credentials',
      `Others may read or write the saved login ${path} (mode ${permissions}).`,
      {
        next: `Take it as leaked: run chmod 600 '${path}', then jeton logout and jeton login.`,
      },
    )
  }
}

function parseLogin(path: string, text: string): SavedLogin {
  try {
    const { url, username, tokenId, token, certificateFile }: Record<string, unknown> = JSON.parse(text)
    if (
      typeof url === 'string' &&
      typeof username === 'string' &&
      typeof tokenId === 'string' &&
      typeof token === 'string' &&
      (certificateFile === undefined || typeof certificateFile === 'string')
    ) {
      return { url, username, tokenId, token, ...(certificateFile !== undefined && { certificateFile }) }
    }
  } catch {
    // Not JSON: the same answer as for JSON of another shape.
  }
  throw new CommandFailed('credentials', `The saved login ${path} is damaged.`, {
    next: 'Delete it and run: jeton login',
  })
}
