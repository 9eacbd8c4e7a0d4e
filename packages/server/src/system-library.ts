import { dlopen, type FFIFunction, type Library } from 'bun:ffi'

/**
 * Calls of the system's C library that the runtime has no call of its own for. Only Linux is known here, whose constants
 * stand where they are used.
 *
 * @returns `undefined` on another system, or without such a library
 */
export function systemLibrary<Calls extends Record<string, FFIFunction>>(
  calls: Calls,
): Library<Calls>['symbols'] | undefined {
  if (process.platform !== 'linux') return undefined
  for (const name of ['libc.so.6', `libc.musl-${MUSL_NAMES[process.arch] ?? process.arch}.so.1`]) {
    try {
      return dlopen(name, calls).symbols
    } catch {
      // The other one's turn, or nobody's.
    }
  }
  return undefined
}

const MUSL_NAMES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }
