import { ptr } from 'bun:ffi'
import { readdirSync } from 'node:fs'
import { systemLibrary } from '../system-library.ts'

/**
 * Hands every new connection to one of the listeners that share a port (`SO_REUSEPORT`), which the kernel otherwise
 * picks by chance. So the others can be closed: a listener takes what waits in its queue along, and each connection
 * there is reset (measured: one in twenty of those made while listeners took turns, and none this way). The runtime has no
 * call for it, so the system's library is asked.
 *
 * @param index which one, in the order in which they began to listen; when one closes, the last takes its place
 * @returns whether it is so; `false` where it cannot be had: elsewhere than on Linux
 * @see socket(7), SO_ATTACH_REUSEPORT_CBPF; docs/decisions/0011-tls.md
 */
export function steerConnections(port: number, index: number): boolean {
  if (library === undefined) return false
  const system = library
  // It is kept with what the listeners share: whichever is asked.
  const listener = openDescriptors().find((descriptor) => isListeningAt(system, descriptor, port))
  return listener !== undefined && attachChoice(system, listener, index)
}

// <asm-generic/socket.h>, <linux/filter.h>, <linux/bpf_common.h>: parts of the kernel's interface, the same everywhere
// that the runtime is built for.
const SOL_SOCKET = 1
const SO_ACCEPTCONN = 30
const SO_ATTACH_REUSEPORT_CBPF = 51
const RETURN_CONSTANT = 0x06
const ADDRESS_BYTES = 28
const PORT_OFFSET = 2

type System = NonNullable<typeof library>

const library = systemLibrary({
  setsockopt: { args: ['int', 'int', 'int', 'ptr', 'u32'], returns: 'int' },
  getsockopt: { args: ['int', 'int', 'int', 'ptr', 'ptr'], returns: 'int' },
  getsockname: { args: ['int', 'ptr', 'ptr'], returns: 'int' },
})

function openDescriptors(): readonly number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number)
  } catch {
    return []
  }
}

function isListeningAt(system: System, descriptor: number, port: number): boolean {
  const isListening = new Int32Array(1)
  const length = Uint32Array.of(isListening.byteLength)
  if (system.getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, ptr(isListening), ptr(length)) !== 0)
    return false
  return isListening[0] === 1 && portOf(system, descriptor) === port
}

/** It stands at the same place of an IPv4 and of an IPv6 address, in network byte order. */
function portOf(system: System, descriptor: number): number | undefined {
  const address = new Uint8Array(ADDRESS_BYTES)
  const length = Uint32Array.of(address.byteLength)
  if (system.getsockname(descriptor, ptr(address), ptr(length)) !== 0) return undefined
  return new DataView(address.buffer).getUint16(PORT_OFFSET)
}

/** A filter of one instruction, `return index` (struct sock_fprog with one struct sock_filter). */
function attachChoice(system: System, listener: number, index: number): boolean {
  const isLittleEndian = true
  const instruction = new DataView(new ArrayBuffer(8))
  instruction.setUint16(0, RETURN_CONSTANT, isLittleEndian)
  instruction.setUint32(4, index, isLittleEndian)
  const program = new DataView(new ArrayBuffer(16))
  program.setUint16(0, 1, isLittleEndian)
  program.setBigUint64(8, BigInt(ptr(instruction)), isLittleEndian)
  return (
    system.setsockopt(listener, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, ptr(program), program.byteLength) === 0
  )
}
