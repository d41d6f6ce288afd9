import type { Weaver, Weaving } from '../weaver.ts'
import { checksum } from './checksum.ts'
import type { WovenCache } from './woven-cache.ts'

/**
 * @param weaverVersion is asked for once, at the first module: what another weaver made is not used.
 * @param later runs what can wait until the application has started
 */
export function cachedWeaver(
  weaver: Weaver,
  cache: WovenCache,
  weaverVersion: () => string,
  later: (work: () => void) => void,
): Weaver {
  let version: string | undefined
  return (text, path, format) => {
    // A key is made from UTF-8, which has one word for all halves of surrogate pairs.
    if (!isWellFormed(text)) return weaver(text, path, format)
    version ??= weaverVersion()
    const key = `${checksum([version, format, path].join('\0'))}-${checksum(text)}-${text.length.toString(16)}`
    const known = cache.get(key)
    const made = known ?? weaver(text, path, format)
    if (known === undefined && isLasting(made)) cache.put(key, made)
    if (made.status === 'unwoven' || !made.standsAlone) return made
    return { ...made, keep: (compile) => later(() => cache.put(key, { ...made, compiled: compile() })) }
  }
}

/** Whether the next process would come to the same end: how deep the stack is depends on who loads the module. */
function isLasting(made: Weaving): boolean {
  return made.status === 'woven' || (made.reason !== 'too_deep' && made.reason !== 'internal_fault')
}

/** In every version of Node.js that we support; the types are those of ES2023. */
const isWellFormed = (text: string) => (text as unknown as { isWellFormed(): boolean }).isWellFormed()
