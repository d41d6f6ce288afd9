import type Module from 'node:module'
import type { LoadHook, Transform } from './load-hook.ts'

type Compile = (this: unknown, content: string, filename: string, ...rest: unknown[]) => unknown
type ModuleConstructor = typeof Module & { prototype: { _compile: Compile } }

/**
 * Node before 22.15: every CommonJS module passes through `Module.prototype._compile`, the one place that APM
 * agents and transpilers wrap as well. We keep whatever stands there and call it.
 */
export function installCommonJsHook(constructor: ModuleConstructor, transform: Transform): LoadHook {
  const prototype = constructor.prototype
  const original = prototype._compile
  let active = true

  function _compile(this: unknown, content: string, filename: string, ...rest: unknown[]): unknown {
    const woven =
      active && typeof content === 'string' && isCommonJs(rest[0])
        ? transform(content, { path: filename, format: 'commonjs' })
        : undefined
    return original.call(this, woven ?? content, filename, ...rest)
  }
  prototype._compile = _compile

  return {
    name: 'Module.prototype._compile',
    [Symbol.dispose]() {
      active = false
      // Somebody may have wrapped us since; then our wrapper stays and passes everything through.
      if (prototype._compile === _compile) prototype._compile = original
    },
  }
}

/** Newer Node passes the format: `require(esm)` comes through here as 'module', which the module hook serves. */
const isCommonJs = (format: unknown) => format === undefined || format === 'commonjs'
