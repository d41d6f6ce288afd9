import type { ModuleFormat } from '@lightrun/instrument'

/**
 * Sits between Node's loader and V8: sees every module's source before it is compiled and may replace it.
 *
 * `transform` is called synchronously while the application loads a module. It never throws; it answers with
 * the text to compile instead, or `undefined` to leave the module alone. Disposing stops the interception;
 * modules that are loaded keep the text they have.
 */
export interface LoadHook extends Disposable {
  readonly name: string
}

export type Transform = (source: string, module: ModuleToLoad) => string | undefined

export interface ModuleToLoad {
  /** Absolute path, no query. */
  path: string
  format: ModuleFormat
}
