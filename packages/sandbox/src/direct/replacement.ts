import { exceeded } from '../evaluate/evaluation.ts'
import { MAX_BUILT_STRING } from '../limits.ts'
import type { World } from './world.ts'

/** What was found, and where. */
export interface Found {
  text: string
  at: number
  end: number
  /** Group 0 is the whole. */
  groups: readonly (string | undefined)[]
  names: readonly (readonly [name: string, group: number])[]
}

/** What a replacement's `$$`, `$&`, `$1`, `$<name>` and what is before and after the match come to. */
export function createExpander({ intrinsics, meter }: World) {
  const { indexOf, slice } = intrinsics

  return function expanded(template: string, found: Found): string {
    let result = ''
    let from = 0
    for (let dollar = indexOf(template, '$'); dollar !== -1; dollar = indexOf(template, '$', from)) {
      result += slice(template, from, dollar)
      from = dollar
      result += reference(template, dollar, found)
      meter.spend(1)
      if (result.length > MAX_BUILT_STRING) throw exceeded('bytes')
    }
    return from === 0 ? template : result + slice(template, from)

    function reference(written: string, dollar: number, { text, at, end, groups, names }: Found): string {
      const sign = written[dollar + 1]
      from = dollar + 2
      if (sign === '$') return '$'
      if (sign === '&') return slice(text, at, end)
      if (sign === '`') return slice(text, 0, at)
      if (sign === "'") return slice(text, end)
      if (sign === '<' && names.length > 0) {
        const close = indexOf(written, '>', from)
        if (close !== -1) {
          const name = slice(written, from, close)
          from = close + 1
          for (let i = 0; i < names.length; i++) if (names[i]?.[0] === name) return groups[names[i]?.[1] ?? 0] ?? ''
          return ''
        }
      }
      const tens = digitOf(sign)
      const units = digitOf(written[dollar + 2])
      const two = tens * 10 + units
      // Two digits where there are as many groups.
      if (two >= 1 && two < groups.length) {
        from = dollar + 3
        return groups[two] ?? ''
      }
      if (tens >= 1 && tens < groups.length) return groups[tens] ?? ''
      from = dollar + 1
      return '$'
    }
  }
}

/** NaN for anything else. */
function digitOf(text: string | undefined): number {
  return text !== undefined && text >= '0' && text <= '9' ? +text : Number.NaN
}
