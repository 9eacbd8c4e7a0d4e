import { BoundedMap } from '../authority/bounded-map.ts'

/** What a table of routes is compiled from: each has a method and a path such as `/tokens/named/{id}`. */
export interface TableRoute {
  readonly method: string
  /** `{name}` stands for exactly one segment that is not empty. */
  readonly path: string
}

export type RouteMatch<Route> =
  | { readonly kind: 'route'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** `allowed` in ascending order, for the `Allow` header. */
  | { readonly kind: 'unknown_method'; readonly path: string; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown_path' }

export interface RouteTable<Route> {
  /** @param path as it came, percent-encoded, without the query; a slash at its end is ignored */
  match(method: string, path: string): RouteMatch<Route>
}

/**
 * Compiles routes to a tree of segments: a match takes as many look-ups as the path has segments, however many
 * routes there are. A literal segment wins over a parameter.
 *
 * @throws {RangeError} when two routes are the same
 */
export function routeTable<Route extends TableRoute>(routes: readonly Route[]): RouteTable<Route> {
  const root = newNode<Route>()
  for (const route of routes) add(root, route)
  const fixed = pathsWithoutParameters(routes, root)
  // Clients ask the same few paths over and over, and a look-up of the whole takes a fifth of finding the way.
  const lately = new BoundedMap<Place<Route>>({ maxEntries: MAX_REMEMBERED, maxBytes: Infinity }, () => 0)

  return {
    match(method, path) {
      const node = fixed.get(path)
      if (node !== undefined) return matchMethod(node, method, NO_PARAMS)
      const known = path.length > MAX_REMEMBERED_CHARS ? undefined : lately.get(path)
      if (known !== undefined) return matchMethod(known.node, method, known.values)
      const segments = decodeSegments(path)
      const values: string[] = []
      const found = segments === undefined ? undefined : find(root, segments, 0, values)
      if (found === undefined) return UNKNOWN_PATH
      if (path.length <= MAX_REMEMBERED_CHARS) lately.set(path, { node: found, values })
      return matchMethod(found, method, values)
    },
  }
}

/** Where a path leads. */
interface Place<Route> {
  readonly node: Node<Route>
  /** Of the parameters, in the order of the path. */
  readonly values: readonly string[]
}

/** So that whoever sends other paths all the time takes less than a megabyte. */
const MAX_REMEMBERED = 1024
const MAX_REMEMBERED_CHARS = 256

const NO_PARAMS: readonly string[] = []
const UNKNOWN_PATH = { kind: 'unknown_path' } as const
const PARAMETER = /^\{(\w+)\}$/

interface Node<Route> {
  readonly literals: Map<string, Node<Route>>
  parameter: Node<Route> | undefined
  readonly routes: Map<string, Entry<Route>>
}

interface Entry<Route> {
  readonly route: Route
  /** Of the parameters, in the order of the path. */
  readonly names: readonly string[]
  /** What is found where there are none: one for all requests. */
  readonly plain: RouteMatch<Route>
}

function newNode<Route>(): Node<Route> {
  return { literals: new Map(), parameter: undefined, routes: new Map() }
}

function add<Route extends TableRoute>(root: Node<Route>, route: Route): void {
  const names: string[] = []
  let node = root
  for (const segment of route.path.split('/').slice(1)) {
    const name = PARAMETER.exec(segment)?.[1]
    if (name !== undefined) names.push(name)
    node = name === undefined ? literalChild(node, segment) : (node.parameter ??= newNode())
  }
  if (node.routes.has(route.method)) throw new RangeError(`two routes are ${route.method} ${route.path}`)
  node.routes.set(route.method, { route, names, plain: { kind: 'route', route, params: {} } })
}

function literalChild<Route>(node: Node<Route>, segment: string): Node<Route> {
  const known = node.literals.get(segment)
  if (known !== undefined) return known
  const child = newNode<Route>()
  node.literals.set(segment, child)
  return child
}

/** Most requests go to a path without parameters: one look-up, nothing decoded. */
function pathsWithoutParameters<Route extends TableRoute>(
  routes: readonly Route[],
  root: Node<Route>,
): ReadonlyMap<string, Node<Route>> {
  const fixed = new Map<string, Node<Route>>()
  for (const { path } of routes) {
    if (path.includes('{')) continue
    const node = find(root, path.split('/').slice(1), 0, [])
    if (node !== undefined) fixed.set(path, node)
  }
  return fixed
}

/** @param values the parameters' values, in the order of the path; left as they were when nothing is found */
function find<Route>(
  node: Node<Route>,
  segments: readonly string[],
  at: number,
  values: string[],
): Node<Route> | undefined {
  const segment = segments[at]
  if (segment === undefined) return node.routes.size > 0 ? node : undefined
  // Where only ids stand, there is no word to be found: hashing an id takes longer than all else here.
  const literal = node.literals.size === 0 ? undefined : node.literals.get(segment)
  const found = literal === undefined ? undefined : find(literal, segments, at + 1, values)
  if (found !== undefined || node.parameter === undefined || segment === '') return found
  values.push(segment)
  const deeper = find(node.parameter, segments, at + 1, values)
  if (deeper === undefined) values.pop()
  return deeper
}

function matchMethod<Route extends TableRoute>(
  node: Node<Route>,
  method: string,
  values: readonly string[],
): RouteMatch<Route> {
  const entry = node.routes.get(method)
  if (entry === undefined) return unknownMethod(node)
  if (entry.names.length === 0) return entry.plain
  return { kind: 'route', route: entry.route, params: paramsOf(entry.names, values) }
}

function paramsOf(names: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  const params: Record<string, string> = {}
  for (const [index, name] of names.entries()) params[name] = values[index] ?? ''
  return params
}

function unknownMethod<Route extends TableRoute>(node: Node<Route>): RouteMatch<Route> {
  const [first] = node.routes.values()
  return {
    kind: 'unknown_method',
    path: first?.route.path ?? '',
    allowed: [...node.routes.keys()].toSorted(),
  }
}

/** A path with a broken escape is nobody's. */
function decodeSegments(path: string): readonly string[] | undefined {
  const segments = path.split('/').slice(1)
  if (segments.length > 1 && segments.at(-1) === '') segments.pop()
  if (!path.includes('%')) return segments
  return BROKEN_ESCAPE.test(path) ? undefined : segments.map(decodeSegment)
}

const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/
const ESCAPES = /(?:%[0-9A-Fa-f]{2})+/g
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Bytes that are no UTF-8 come out as U+FFFD, and so does NUL, which a database may choke on. No id and no name holds
 * that character, so such a segment names nothing: whoever asks is told so where the route tells it.
 */
function decodeSegment(segment: string): string {
  return segment
    .replace(ESCAPES, (escapes) => utf8.decode(Buffer.from(escapes.replaceAll('%', ''), 'hex')))
    .replaceAll('\0', '\ufffd')
}
