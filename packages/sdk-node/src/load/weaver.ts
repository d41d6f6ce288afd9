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
  /** It has no `import()` and evaluates no text that might: who compiles it need not say what would be imported. */
  standsAlone?: true
  /** What V8 made of it in an earlier process, where a cache is kept. Gone with the next module. */
  compiled?: Uint8Array
  /** Keeps what V8 made of it for the next process, where a cache is kept: `compile` is called once the application has started. */
  keep?: (compile: () => Uint8Array) => void
}

export interface UnwovenText {
  status: 'unwoven'
  format: ModuleFormat
  reason: UntouchedReason
  message: string
}

const MAY_IMPORT = /\bimport\s*(\(|\.\s*(source|defer)\b)|\beval\s*(\(|\)|\?\.)/
/** Lines that are comments by all looks: half of all packages name their types by `import()` there. */
const COMMENTS = /^[ \t]*(\*[ \t]+@.*|\/\/.*|\/\*.*\*\/[ \t]*)$/gm

/** By its look, strings included. Where it is mistaken the module is imported all the same; Node warns of how it was compiled. */
const mayImport = (text: string) => MAY_IMPORT.test(text) && MAY_IMPORT.test(text.replace(COMMENTS, ''))

/** @param weave is asked for at the first module that needs it: the parser takes longer to load than a warm start takes. */
export function createWeaver(weave: (text: string, options: WeaveOptions) => WeaveResult): Weaver {
  function as(format: ModuleFormat, text: string, path: string): Weaving {
    const result = weave(text, { filename: path, format })
    return result.status === 'woven'
      ? {
          status: 'woven',
          format,
          code: result.code,
          cells: result.cells,
          ...(mayImport(text) ? {} : { standsAlone: true }),
        }
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
