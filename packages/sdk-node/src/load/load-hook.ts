import type { ModuleFormat } from '@lightrun/instrument'
import type { WovenText } from './weaver.ts'

/**
 * Sits between Node's loader and V8: sees every module's source before it is compiled and may replace it.
 *
 * `transform` is called synchronously while the application loads a module. It never throws; it answers with
 * what to compile instead, or `undefined` to leave the module alone. Disposing stops the interception;
 * modules that are loaded keep the text they have.
 */
export interface LoadHook extends Disposable {
  readonly name: string
}

export type Transform = (source: Source, module: ModuleToLoad) => TransformedModule | undefined

/** Text, or the bytes of a file. */
export type Source = string | ArrayBuffer | NodeJS.ArrayBufferView

export interface ModuleToLoad {
  /** Absolute path, no query. */
  path: string
  format: HostFormat
}

/** As Node names it. `undefined` and `typescript`: no package says, Node looks at the text. */
export type HostFormat = ModuleFormat | 'commonjs-typescript' | 'module-typescript' | 'typescript' | undefined

export interface TransformedModule extends Pick<WovenText, 'standsAlone' | 'compiled' | 'keep'> {
  code: string
  /** Of the code: what was TypeScript is JavaScript now. */
  format: ModuleFormat | undefined
}

const FORMATS: ReadonlySet<unknown> = new Set([
  'commonjs',
  'module',
  'commonjs-typescript',
  'module-typescript',
  'typescript',
  undefined,
] satisfies HostFormat[])

/** False for JSON, WebAssembly, builtins and what a later Node may invent. */
export function isHostFormat(format: unknown): format is HostFormat {
  return FORMATS.has(format)
}

const utf8 = new TextDecoder()

/** UTF-8, without a byte order mark. */
export function asText(source: Source): string {
  return typeof source === 'string' ? source : utf8.decode(source)
}
