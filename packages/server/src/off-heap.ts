import { FFIType, type Pointer } from 'bun:ffi'
import { systemLibrary } from './system-library.ts'

/**
 * So many bytes that the collector of garbage does not know of, all zero at first. It lets two times as much garbage lie
 * about as there lives, typed arrays included: what is large, and lives for ever, costs three times its size on its heap.
 */
export interface OffHeap {
  /** Copies as many bytes as `into` has. @throws {RangeError} beyond the end */
  read(at: number, into: Uint8Array): void
  /** @throws {RangeError} beyond the end */
  write(at: number, from: Uint8Array): void
}

/** It is given back when nothing refers to it any more. Where the system has no such call, it is an array on the heap. */
export function allocateOffHeap(bytes: number): OffHeap {
  const address = system?.mmap(null, bytes, READ_AND_WRITE, PRIVATE_AND_ANONYMOUS, NO_FILE, 0)
  if (system === undefined || typeof address !== 'number' || address === FAILED) return new OnHeap(bytes)
  if (bytes >= HUGE_PAGE) system.madvise(pointer(address), bytes, USE_HUGE_PAGES)
  const mapped = new Mapped(system, address, bytes)
  unused.register(mapped, { system, address, bytes })
  return mapped
}

// <asm-generic/mman-common.h> of Linux: parts of the kernel's interface, the same on whatever the runtime is built for.
const READ_AND_WRITE = 0x1 | 0x2
const PRIVATE_AND_ANONYMOUS = 0x02 | 0x20
const NO_FILE = -1
const FAILED = -1
const USE_HUGE_PAGES = 14
const HUGE_PAGE = 2 ** 21

const system = systemLibrary({
  mmap: { args: ['ptr', 'usize', 'int', 'int', 'int', 'i64'], returns: FFIType.i64_fast },
  munmap: { args: ['ptr', 'usize'], returns: 'int' },
  madvise: { args: ['ptr', 'usize', 'int'], returns: 'int' },
  memcpy: { args: ['ptr', 'ptr', 'usize'], returns: 'void' },
})

type System = NonNullable<typeof system>

const unused = new FinalizationRegistry<{ system: System; address: number; bytes: number }>(
  ({ system, address, bytes }) => system.munmap(pointer(address), bytes),
)

class Mapped implements OffHeap {
  readonly #system: System
  readonly #address: number
  readonly #bytes: number

  constructor(system: System, address: number, bytes: number) {
    this.#system = system
    this.#address = address
    this.#bytes = bytes
  }

  read(at: number, into: Uint8Array): void {
    this.#system.memcpy(into, this.#pointerTo(at, into.byteLength), into.byteLength)
  }

  write(at: number, from: Uint8Array): void {
    this.#system.memcpy(this.#pointerTo(at, from.byteLength), from, from.byteLength)
  }

  #pointerTo(at: number, length: number): Pointer {
    if (!(at >= 0 && at + length <= this.#bytes)) throw outOfBounds(at, this.#bytes)
    return pointer(this.#address + at)
  }
}

class OnHeap implements OffHeap {
  readonly #array: Uint8Array

  constructor(bytes: number) {
    this.#array = new Uint8Array(bytes)
  }

  read(at: number, into: Uint8Array): void {
    const from = this.#array.subarray(at, at + into.byteLength)
    if (from.byteLength !== into.byteLength) throw outOfBounds(at, this.#array.byteLength)
    into.set(from)
  }

  write(at: number, from: Uint8Array): void {
    this.#array.set(from, at)
  }
}

function outOfBounds(at: number, bytes: number): RangeError {
  return new RangeError(`byte ${at} is not within ${bytes}`)
}

/** Safe as a brand: it is an address that the system gave, or one within what it gave. */
function pointer(address: number): Pointer {
  return address as Pointer
}
