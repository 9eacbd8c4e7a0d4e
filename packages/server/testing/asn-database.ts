/**
 * A MaxMind-format file that maps IPv4 networks to AS numbers, for tests.
 * @see MaxMind DB file format specification 2.0: a binary search tree of 24-bit records, 16 zero bytes, the data
 *   section, the metadata marker, the metadata
 */
export function encodeAsnDatabase(networks: Readonly<Record<string, number>>): Uint8Array {
  const data: number[] = []
  const nodes: Branch[] = [[undefined, undefined]]
  for (const [network, asn] of Object.entries(networks)) {
    const offset = data.length
    data.push(...encodeMap({ autonomous_system_number: encodeUint32(asn) }))
    insert(nodes, network, offset)
  }
  const metadata = encodeMap({
    node_count: encodeUint32(nodes.length),
    record_size: encodeUint16(24),
    ip_version: encodeUint16(4),
    database_type: encodeText('GeoLite2-ASN'),
    languages: [0x00, 0x04],
    binary_format_major_version: encodeUint16(2),
    binary_format_minor_version: encodeUint16(0),
    build_epoch: encodeUint32(0),
    description: encodeMap({}),
  })
  const tree = nodes.flatMap((node) => node.flatMap((record) => encodeRecord(record, nodes.length)))
  const marker = [0xab, 0xcd, 0xef, ...new TextEncoder().encode('MaxMind.com')]
  return Uint8Array.from([...tree, ...Array<number>(16).fill(0), ...data, ...marker, ...metadata])
}

type Child = { readonly node: number } | { readonly data: number } | undefined
type Branch = [Child, Child]

function insert(nodes: Branch[], network: string, data: number): void {
  const [address = '', length = '32'] = network.split('/')
  const bits = address
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('')
  let at = 0
  for (let depth = 0; depth < Number(length); depth += 1) {
    const side = bits[depth] === '1' ? 1 : 0
    const branch = nodes[at]
    if (branch === undefined) throw new Error('unreachable: every index was pushed')
    if (depth === Number(length) - 1) {
      branch[side] = { data }
      return
    }
    const next = branch[side]
    if (next !== undefined && 'node' in next) {
      at = next.node
    } else {
      nodes.push([undefined, undefined])
      branch[side] = { node: nodes.length - 1 }
      at = nodes.length - 1
    }
  }
}

function encodeRecord(child: Child, nodeCount: number): number[] {
  const value = child === undefined ? nodeCount : 'node' in child ? child.node : nodeCount + 16 + child.data
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

const encodeText = (text: string): number[] => [(2 << 5) | text.length, ...new TextEncoder().encode(text)]
const encodeUint16 = (value: number): number[] => [(5 << 5) | 2, (value >> 8) & 255, value & 255]
const encodeUint32 = (value: number): number[] => [
  (6 << 5) | 4,
  ...[24, 16, 8, 0].map((shift) => (value >>> shift) & 255),
]

function encodeMap(entries: Readonly<Record<string, number[]>>): number[] {
  const pairs = Object.entries(entries)
  return [(7 << 5) | pairs.length, ...pairs.flatMap(([key, value]) => [...encodeText(key), ...value])]
}
