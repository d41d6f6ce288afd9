import { type KnownAccessors, uncurryThis } from '@lightrun/core'
import { ofSymbol } from './own-symbol.ts'

interface Part {
  key: string
  /** What Node calls the symbol under which the request keeps it. */
  kept: string
  /** Of what is kept there. */
  member: string | undefined
  /** The getter as Node 20 to 26 have it, without spaces. One that the application put in its place does something else. */
  text: string
}

const PARTS: readonly Part[] = [
  ...[
    ['headers', 'kHeaders'],
    ['rawHeaders', 'kRawHeaders'],
    ['trailers', 'kTrailers'],
    ['rawTrailers', 'kRawTrailers'],
  ].map(([key = '', constant]) => ({
    key,
    kept: key,
    member: undefined,
    text: `get${key}(){returnthis[${constant}];}`,
  })),
  {
    key: 'method',
    kept: 'headers',
    member: ':method',
    text: 'getmethod(){returnthis[kHeaders][HTTP2_HEADER_METHOD];}',
  },
  { key: 'url', kept: 'headers', member: ':path', text: 'geturl(){returnthis[kHeaders][HTTP2_HEADER_PATH];}' },
]

const { getOwnPropertyDescriptor } = Object
const textOf = uncurryThis(Function.prototype.toString)
const { getBuiltinModule } = process

/**
 * What requests of Node's own `http2.Http2ServerRequest` tell through getters that only hand over what is kept under a symbol.
 * `node:http2` takes milliseconds to load, so it is asked for when a request of its kind is there, which has loaded it.
 */
export function createHttp2Requests(): KnownAccessors {
  const known: unknown[] = []

  return (getter, key, request, get) => {
    for (let i = 0; i < PARTS.length; i++) {
      const { kept, member, ...part } = PARTS[i] as Part
      if (part.key !== key) continue
      const value = ofSymbol(request, kept, get)
      if (value === undefined || ofSymbol(request, 'stream', get) === undefined) return undefined
      if (known[i] === undefined && withoutSpaces(textOf(getter)) === part.text) known[i] = getterOfNode(key)
      if (known[i] !== getter) return undefined
      if (member === undefined) return { status: 'value', value }
      const view = get(value, member)
      return view.status === 'absent' ? { status: 'value', value: undefined } : view
    }
    return undefined
  }
}

function getterOfNode(key: string): unknown {
  const { prototype } = getBuiltinModule('http2').Http2ServerRequest
  return getOwnPropertyDescriptor(prototype, key)?.get
}

/** No regular expression: `RegExp.$1` is the application's. */
function withoutSpaces(text: string): string {
  let kept = ''
  for (let i = 0; i < text.length; i++) {
    const unit = text[i] as string
    if (unit !== ' ' && unit !== '\n' && unit !== '\r') kept += unit
  }
  return kept
}
