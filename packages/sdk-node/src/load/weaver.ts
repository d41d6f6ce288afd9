import type { ModuleFormat, UntouchedReason, WeaveOptions, WeaveResult } from '@lightrun/instrument'

/**
 * Weaves the JavaScript of one module, as it loads. Never throws.
 * @param format `undefined` where Node decides by the text itself; the answer says what it is.
 */
export type Weaver = (text: string, path: string, format: ModuleFormat | undefined) => Weaving

export type Weaving = WovenText | UnwovenText

export interface WovenText {
  status: 'woven'
  format: ModuleFormat
  code: string
  /** Cells that the code refers to; the first stands for path and content. */
  cells: readonly string[]
}

export interface UnwovenText {
  status: 'unwoven'
  format: ModuleFormat
  reason: UntouchedReason
  message: string
}

/** @param weave is asked for at the first module that needs it: the parser takes longer to load than a warm start takes. */
export function createWeaver(weave: (text: string, options: WeaveOptions) => WeaveResult): Weaver {
  function as(format: ModuleFormat, text: string, path: string): Weaving {
    const result = weave(text, { filename: path, format })
    return result.status === 'woven'
      ? { status: 'woven', format, code: result.code, cells: result.cells }
      : { status: 'unwoven', format, reason: result.reason, message: result.message }
  }

  return (text, path, format) => {
    if (format !== undefined) return as(format, text, path)
    // Node compiles such a file as CommonJS, and as a module when that is a syntax error.
    const first = as('commonjs', text, path)
    if (first.status === 'woven' || first.reason !== 'syntax_error') return first
    const second = as('module', text, path)
    return second.status === 'unwoven' && second.reason === 'syntax_error' ? first : second
  }
}
