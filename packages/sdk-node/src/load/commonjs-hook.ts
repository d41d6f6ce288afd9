import type Module from 'node:module'
import { isAbsolute } from 'node:path'
import { isHostFormat, type LoadHook, type Transform } from './load-hook.ts'
import { type createStubs, isOwnCompile } from './program.ts'

type Compile = (this: unknown, content: string, filename: string, ...rest: unknown[]) => unknown
type ModuleConstructor = typeof Module & { prototype: { _compile: Compile } }

/**
 * Every CommonJS module, and every ES module that is required, passes through `Module.prototype._compile`. Transpilers
 * and APM agents change the text before: they replace `Module._extensions`, or a module's own `_compile`, and end here.
 * So what we see is what V8 will see. Who wraps the prototype after us runs before us, and that is as it should be.
 *
 * @param createStub compiles with what V8 knows from an earlier process; not asked where somebody else compiles
 */
export function installCommonJsHook(
  constructor: ModuleConstructor,
  transform: Transform,
  createStub?: ReturnType<typeof createStubs>,
): LoadHook {
  const prototype = constructor.prototype
  const original = prototype._compile
  const stubFor = isOwnCompile(original) ? createStub : undefined
  let active = true

  function _compile(this: unknown, content: string, filename: string, ...rest: unknown[]): unknown {
    const [format, ...more] = rest
    const made =
      active && typeof content === 'string' && isHostFormat(format) && isAbsolute(filename)
        ? transform(content, { path: filename, format })
        : undefined
    if (made === undefined) return original.call(this, content, filename, ...rest)
    const stub = stubFor?.(made, filename)
    if (stub !== undefined) return original.call(this, stub.text, stub.file, 'commonjs', ...more)
    if (made.format === format) return original.call(this, made.code, filename, ...rest)
    return original.call(this, made.code, filename, made.format, ...more)
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
