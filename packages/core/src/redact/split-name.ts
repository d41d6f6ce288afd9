import { uncurryThis } from '../mirror/uncurry-this.ts'

/** Units of a name that are looked at: longer keys are data. */
export const MAX_NAME_LENGTH = 256

const min = Math.min

/** `APIKeys_v2` → `api`, `key`, `v`, `2`: lower case, singular. */
export function createSplitter(): (name: string) => string[] {
  const charCodeAt = uncurryThis(String.prototype.charCodeAt)
  const slice = uncurryThis(String.prototype.slice)
  const toLowerCase = uncurryThis(String.prototype.toLowerCase)

  return (name) => {
    const parts: string[] = []
    const length = min(name.length, MAX_NAME_LENGTH)
    let start = 0
    let before: CharClass = 'separator'
    for (let i = 0; i <= length; i++) {
      const now = i === length ? 'separator' : classOf(charCodeAt(name, i))
      const endsAcronym = now === 'lower' && before === 'upper' && i - start > 1
      const cut = endsAcronym ? i - 1 : i
      if (endsAcronym || (now !== before && !(before === 'upper' && now === 'lower'))) {
        if (before !== 'separator' && cut > start) parts[parts.length] = singular(toLowerCase(slice(name, start, cut)))
        start = cut
      }
      before = now
    }
    return parts
  }

  function singular(word: string): string {
    const end = word.length - 1
    return end > 2 && word[end] === 's' && word[end - 1] !== 's' ? slice(word, 0, end) : word
  }
}

type CharClass = 'upper' | 'lower' | 'digit' | 'separator'

function classOf(code: number): CharClass {
  if (code >= 0x61 && code <= 0x7a) return 'lower'
  if (code >= 0x41 && code <= 0x5a) return 'upper'
  if (code >= 0x30 && code <= 0x39) return 'digit'
  return code > 0x7f ? 'lower' : 'separator'
}
