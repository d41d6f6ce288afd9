import { IncomingMessage } from 'node:http'
import { type KnownAccessors, type Mirror, uncurryThis } from '@lightrun/core'
import { createHttp2Requests } from './http2-requests.ts'
import { data, ofSymbol } from './own-symbol.ts'

/** A message with more texts than this has had Node's own limits lifted, and is not looked at. Names and values, 2,000 each. */
export const MAX_HEADER_TEXTS = 4_000

interface Part {
  /** What Node calls the symbol under which it keeps the answer once somebody has asked. */
  kept: string
  raw: string
  /** What Node calls the symbol of how many of `raw` count. */
  count: string
  isDistinct: boolean
}

const PARTS: readonly (readonly [string, Part])[] = [
  ['headers', { kept: 'kHeaders', raw: 'rawHeaders', count: 'kHeadersCount', isDistinct: false }],
  ['headersDistinct', { kept: 'kHeadersDistinct', raw: 'rawHeaders', count: 'kHeadersCount', isDistinct: true }],
  ['trailers', { kept: 'kTrailers', raw: 'rawTrailers', count: 'kTrailersCount', isDistinct: false }],
  ['trailersDistinct', { kept: 'kTrailersDistinct', raw: 'rawTrailers', count: 'kTrailersCount', isDistinct: true }],
]

/**
 * Of which the first counts, where `joinDuplicateHeaders` is not set. A published rule of Node's:
 * https://nodejs.org/api/http.html#messageheaders
 */
const FIRST_COUNTS = new Set(
  `age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since last-modified
  location max-forwards proxy-authorization referer retry-after server user-agent`.split(/\s+/),
)

const { getOwnPropertyDescriptor, setPrototypeOf } = Object
const { deleteProperty } = Reflect
const objectPrototype = Object.prototype
const lowerCase = uncurryThis(String.prototype.toLowerCase)
const isOneOf = uncurryThis(Set.prototype.has)

/**
 * `headers` and `trailers` of Node's own `http.IncomingMessage`, the requests of Express, Next.js and others among them. Their
 * getters build the answer when they are first asked and keep it in the message, so they are not run: what they have kept
 * is handed over, or the same is built aside. And what `http2`'s own requests tell.
 */
export function createRequestHeaders(): KnownAccessors {
  const prototype: object = IncomingMessage.prototype
  const known = PARTS.map(([key, part]) => ({ part, getter: getOwnPropertyDescriptor(prototype, key)?.get }))
  const writers = ['_addHeaderLine', '_addHeaderLineDistinct'].map((key) => ({
    key,
    method: getOwnPropertyDescriptor(prototype, key)?.value as unknown,
  }))

  const ofHttp2 = createHttp2Requests()

  return (getter, key, message, get) => {
    for (let i = 0; i < known.length; i++) {
      const each = known[i]
      if (each === undefined || each.getter !== getter) continue
      // A message that writes its headers in a way of its own.
      const writer = writers[each.part.isDistinct ? 1 : 0]
      if (writer === undefined || data(get(message, writer.key)) !== writer.method) return undefined
      const value = read(message, each.part, get)
      return value === undefined ? undefined : { status: 'value', value }
    }
    return ofHttp2(getter, key, message, get)
  }
}

function read(message: unknown, part: Part, get: Mirror['get']): unknown {
  const kept = ofSymbol(message, part.kept, get)
  if (kept) return kept
  const raw = data(get(message, part.raw))
  const count = ofSymbol(message, part.count, get)
  if (typeof count !== 'number' || count > MAX_HEADER_TEXTS) return undefined
  const joinsAll = Boolean(data(get(message, 'joinDuplicateHeaders')))
  const built: Record<string, string | string[]> = Object.create(null)
  for (let n = 0; n < count; n += 2) {
    const name = data(get(raw, n))
    const value = data(get(raw, n + 1))
    if (typeof name !== 'string' || typeof value !== 'string') return undefined
    add(built, lowerCase(name), value, part.isDistinct, joinsAll)
  }
  if (part.isDistinct) return built
  // As Node's is: `headers.__proto__ = 'text'` sets nothing there.
  deleteProperty(built, '__proto__')
  return setPrototypeOf(built, objectPrototype)
}

function add(
  built: Record<string, string | string[]>,
  name: string,
  value: string,
  isList: boolean,
  joinsAll: boolean,
) {
  const before = built[name]
  if (isList || name === 'set-cookie') {
    if (typeof before === 'object') before[before.length] = value
    else built[name] = [value]
  } else if (typeof before !== 'string') built[name] = value
  else if (name === 'cookie') built[name] = `${before}; ${value}`
  else if (joinsAll || !isOneOf(FIRST_COUNTS, name)) built[name] = `${before}, ${value}`
}
