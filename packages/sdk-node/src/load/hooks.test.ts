import { describe, expect, it } from 'vitest'
import { installCommonJsHook } from './commonjs-hook.ts'
import type { Transform } from './load-hook.ts'
import { installSyncHook, toModule } from './sync-hook.ts'

const upper: Transform = (source, { path, format }) =>
  path.includes('skip') ? undefined : `${source.toUpperCase()} ${format}`

describe('the CommonJS hook', () => {
  function fakeModule() {
    const compiled: unknown[][] = []
    class Module {
      _compile(...args: unknown[]) {
        compiled.push(args)
        return this
      }
    }
    return {
      Module: Module as unknown as Parameters<typeof installCommonJsHook>[0],
      compiled,
      make: () => new Module(),
    }
  }

  it('replaces the text, and passes everything else through', () => {
    const { Module, compiled, make } = fakeModule()
    installCommonJsHook(Module, upper)
    const module = make()
    expect(module._compile('a', '/a.js', undefined, 'more')).toBe(module)
    make()._compile('b', '/skip.js')
    expect(compiled).toEqual([
      ['A commonjs', '/a.js', undefined, 'more'],
      ['b', '/skip.js'],
    ])
  })

  it('leaves ES modules that Node requires to the module hook', () => {
    const { Module, compiled, make } = fakeModule()
    installCommonJsHook(Module, upper)
    make()._compile('a', '/a.mjs', 'module')
    expect(compiled).toEqual([['a', '/a.mjs', 'module']])
  })

  it('puts the original back, unless somebody wrapped it since; then it passes through', () => {
    const { Module, compiled, make } = fakeModule()
    const original = Module.prototype._compile
    installCommonJsHook(Module, upper)[Symbol.dispose]()
    expect(Module.prototype._compile).toBe(original)

    const hook = installCommonJsHook(Module, upper)
    const ours = Module.prototype._compile
    Module.prototype._compile = function wrapper(...args) {
      return ours.apply(this, args)
    }
    hook[Symbol.dispose]()
    make()._compile('a', '/a.js')
    expect(compiled).toEqual([['a', '/a.js']])
  })
})

describe('the synchronous hook', () => {
  function load(url: string, result: { format?: string | null; source?: string | Uint8Array | null }) {
    let hooked: ((url: string, context: unknown, next: () => typeof result) => unknown) | undefined
    installSyncHook((hooks) => {
      hooked = hooks.load as unknown as typeof hooked
      return { deregister() {} }
    }, upper)
    return hooked?.(url, {}, () => result)
  }

  it('weaves text and bytes of both formats', () => {
    expect(load('file:///a.js', { format: 'commonjs', source: 'a' })).toEqual({
      format: 'commonjs',
      source: 'A commonjs',
    })
    const bytes = new TextEncoder().encode('\ufeffa')
    expect(load('file:///a.js?v=2', { format: 'module', source: bytes })).toEqual({
      format: 'module',
      source: 'A module',
    })
  })

  it.each([
    ['node:fs', 'builtin'],
    ['file:///data.json', 'json'],
    ['data:text/javascript,1', 'module'],
    ['file:///a.ts', 'module-typescript'],
  ])('leaves %s (%s) alone', (url, format) => {
    expect(load(url, { format, source: 'a' })).toEqual({ format, source: 'a' })
  })

  it('leaves a module without a source alone', () => {
    expect(load('file:///a.cjs', { format: 'commonjs', source: null })).toEqual({ format: 'commonjs', source: null })
  })

  it('names the file without its query', () => {
    expect(toModule('file:///a%20b.js?x=1#y', 'module')).toEqual({ path: '/a b.js', format: 'module' })
  })
})
