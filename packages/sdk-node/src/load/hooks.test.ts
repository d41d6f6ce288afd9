import { describe, expect, it } from 'vitest'
import { installCommonJsHook } from './commonjs-hook.ts'
import { asText, type Transform } from './load-hook.ts'
import { installModuleHook, needsHookThread } from './module-hook.ts'
import { createFormatOf } from './package-type.ts'
import { installReadHook } from './read-hook.ts'
import { installSyncHook, pathOf } from './sync-hook.ts'

const upper: Transform = (source, { path, format }) =>
  path.includes('skip')
    ? undefined
    : {
        code: `${asText(source).toUpperCase()} ${format}`,
        format: format?.startsWith('commonjs') ? 'commonjs' : format?.startsWith('module') ? 'module' : undefined,
      }

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
      ['A undefined', '/a.js', undefined, 'more'],
      ['b', '/skip.js'],
    ])
  })

  it('serves ES modules that are required, and says that TypeScript is JavaScript now', () => {
    const { Module, compiled, make } = fakeModule()
    installCommonJsHook(Module, upper)
    make()._compile('a', '/a.mjs', 'module')
    make()._compile('a', '/a.cts', 'commonjs-typescript', 'more')
    make()._compile('a', '/a.ts', 'typescript')
    expect(compiled).toEqual([
      ['A module', '/a.mjs', 'module'],
      ['A commonjs-typescript', '/a.cts', 'commonjs', 'more'],
      ['A typescript', '/a.ts', undefined],
    ])
  })

  it.each([
    ['JSON', '/a.json', 'json'],
    ['what has no file', '[eval]-wrapper', undefined],
  ])('leaves %s alone', (_name, path, format) => {
    const { Module, compiled, make } = fakeModule()
    installCommonJsHook(Module, upper)
    make()._compile('a', path, format)
    expect(compiled).toEqual([['a', path, format]])
  })

  it('runs after whoever wraps later, and after what a transpiler puts on one module', () => {
    const { Module, compiled, make } = fakeModule()
    installCommonJsHook(Module, upper)
    const ours = Module.prototype._compile
    Module.prototype._compile = function wrapper(content, ...rest) {
      return ours.call(this, `${content} wrapped`, ...rest)
    }
    const module = make()
    const compile = module._compile
    module._compile = function transpile(content, ...rest) {
      return compile.call(this, `${content} transpiled`, ...rest)
    }
    module._compile('a', '/a.js')
    expect(compiled).toEqual([['A TRANSPILED WRAPPED undefined', '/a.js']])
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
  type Result = { format?: string | null; source?: string | Uint8Array | null }
  type Load = (url: string, context: { conditions: string[] }, next: (url: string) => Result) => Result

  /** As Node does: the hook that was registered last is asked first, and asks the one before. */
  function fakeModule() {
    const hooks: Load[] = []
    const module = {
      _extensions: { '.tool': () => {} },
      registerHooks({ load }: { load: Load }) {
        hooks.push(load)
        return { deregister: () => void hooks.splice(hooks.indexOf(load), 1) }
      },
      syncBuiltinESMExports() {},
    }
    const load = (url: string, result: Result, conditions = ['import']) =>
      hooks.reduce<(url: string) => Result>(
        (next, hook) => (asked) => hook(asked, { conditions }, next),
        () => result,
      )(url)
    return { module: module as unknown as Parameters<typeof installSyncHook>[0], load, hooks }
  }
  function load(...args: Parameters<ReturnType<typeof fakeModule>['load']>) {
    const fake = fakeModule()
    installSyncHook(fake.module, upper)
    return fake.load(...args)
  }

  it('weaves text and bytes of what is imported', () => {
    const bytes = new TextEncoder().encode('\ufeffa')
    expect(load('file:///a.js?v=2', { format: 'module', source: bytes })).toEqual({
      format: 'module',
      source: 'A module',
    })
  })

  it('makes modules of typed modules; typed CommonJS keeps its format', () => {
    const source = 'a'
    expect(load('file:///a.ts', { format: 'module-typescript', source }).format).toBe('module')
    expect(load('file:///a.ts', { format: 'commonjs-typescript', source })).toEqual({
      format: 'commonjs-typescript',
      source: 'A commonjs-typescript',
    })
  })

  it('leaves typed CommonJS to the tool that compiles such files: it wants the types', () => {
    const typed = { format: 'commonjs-typescript', source: 'a' }
    expect(load('file:///a.tool', typed)).toEqual(typed)
  })

  it.each([
    ['node:fs', 'builtin'],
    ['file:///data.json', 'json'],
    ['file:///add.wasm', 'wasm'],
    ['data:text/javascript,1', 'module'],
    ['file:///a.js', null],
  ])('leaves %s (%s) alone', (url, format) => {
    expect(load(url, { format, source: 'a' })).toEqual({ format, source: 'a' })
  })

  it('leaves what is required, and modules without a source, to the CommonJS hook', () => {
    expect(load('file:///a.mjs', { format: 'module', source: 'a' }, ['require', 'node']).source).toBe('a')
    expect(load('file:///a.cjs', { format: 'commonjs', source: null })).toEqual({ format: 'commonjs', source: null })
  })

  it('sees what hooks before and after it made of a module', () => {
    const { module, load } = fakeModule()
    const tool =
      (name: string): Load =>
      (url, _context, next) => {
        const { format, source } = next(url)
        return { format: format ?? null, source: `${source} ${name}` }
      }
    module.registerHooks({ load: tool('before') as never })
    installSyncHook(module, upper)
    const later = module.registerHooks({ load: tool('after') as never })
    expect(load('file:///a.js', { format: 'module', source: 'a' }).source).toBe('A BEFORE AFTER module')
    later.deregister()
    expect(load('file:///a.js', { format: 'module', source: 'a' }).source).toBe('A BEFORE module')
  })

  it('leaves nothing behind', () => {
    const { module, hooks } = fakeModule()
    const original = module.registerHooks
    const hook = installSyncHook(module, upper)
    module.registerHooks({})
    hook[Symbol.dispose]()
    expect(hooks).toHaveLength(1)
    expect(module.registerHooks({})).toBeDefined()
    expect(hooks).toHaveLength(2)
    expect(module.registerHooks).toBe(original)
  })

  it('names the file without its query', () => {
    expect(pathOf('file:///a%20b.js?x=1#y')).toBe('/a b.js')
    expect(pathOf('file:///a%2Fb.js')).toBeUndefined()
  })
})

describe('the hooks of Node before 22.15', () => {
  function fakeRegister(atOnce: boolean) {
    const registered: string[] = []
    const module = {
      register: (url: string | URL) => void registered.push(String(url)),
      syncBuiltinESMExports() {},
    }
    const hook = installModuleHook({
      module: module as unknown as Parameters<typeof installModuleHook>[0]['module'],
      thread: new URL('file:///thread.js'),
      recorder: { loaded() {}, excluded() {}, isWoven: () => false },
      atOnce,
      nodeModules: false,
      isCovered: false,
      ownDirectories: [],
      extraPaths: [],
      cache: false,
      entry: undefined,
    })
    return { registered, module, hook }
  }

  it('on a thread: registered again after every other hook, so that it stays the last', () => {
    const { registered, module, hook } = fakeRegister(true)
    module.register('tool.mjs')
    expect(registered).toEqual(['file:///thread.js?1', 'tool.mjs', 'file:///thread.js?2'])
    hook[Symbol.dispose]()
    module.register('other.mjs')
    expect(registered.at(-1)).toBe('other.mjs')
  })

  it('on a thread: which is not started before a tool needs it', () => {
    const { registered, module } = fakeRegister(false)
    expect(registered).toEqual([])
    module.register('tool.mjs')
    expect(registered).toEqual(['tool.mjs', 'file:///thread.js?1'])
  })

  it.each([
    [[], '', false],
    [['NativeModule internal/modules/esm/hooks'], '', true],
    [[], '--experimental-policy=policy.json', true],
    [[], '--experimental-default-type=module', true],
  ])('whether the thread is needed: %j %j', (moduleLoadList, NODE_OPTIONS, needed) => {
    expect(needsHookThread({ moduleLoadList, execArgv: ['--import', 'lightrun'], env: { NODE_OPTIONS } })).toBe(needed)
  })

  describe('on this thread', () => {
    const LOADER = 'node:internal/modules/esm/load'
    const bytes = (text: string) => new TextEncoder().encode(text)

    function fakeFiles(text: string | Uint8Array, caller: string | undefined = LOADER) {
      const asked: unknown[][] = []
      const files = {
        async readFile(...args: unknown[]) {
          asked.push(args)
          return typeof text === 'string' ? bytes(text) : text
        },
      }
      const original = files.readFile
      const formatOf = createFormatOf((path) => {
        if (path === '/esm/package.json') return '{ "type": "module" }'
        if (path === '/cjs/package.json') return '{ "type": "commonjs" }'
        throw new Error('ENOENT')
      })
      const hook = installReadHook({
        files: files as unknown as Parameters<typeof installReadHook>[0]['files'],
        formatOf,
        transform: upper,
        callerOf: () => caller,
      })
      const { readFile } = files
      return { files, original, hook, asked, read: (url: string) => readFile(new URL(url)) }
    }

    it.each(['file:///a.mjs', 'file:///esm/a.js?v=1', 'file:///esm/deep/a.js', 'file:///esm/bin'])(
      'weaves what the loader asks for: %s',
      async (url) => {
        expect(await fakeFiles('\ufeffa').read(url)).toBe('A module')
      },
    )

    it.each([
      'file:///a.json',
      'file:///a.cjs',
      'file:///cjs/a.js',
      'file:///skip.mjs',
      'file:///esm/node_modules/dep/a.js',
    ])('leaves alone what is no module, or will come once more: %s', async (url) => {
      expect(await fakeFiles('a').read(url)).toEqual(bytes('a'))
    })

    it('leaves WebAssembly without an extension alone', async () => {
      expect(await fakeFiles(bytes('\0asm')).read('file:///esm/bin')).toEqual(bytes('\0asm'))
    })

    it('gives the file as it is to whoever else reads it, however they ask', async () => {
      const stranger = fakeFiles('a', '/app/reader.js')
      expect(await stranger.read('file:///a.mjs')).toEqual(bytes('a'))
      const { files, read, asked } = fakeFiles('a')
      expect(await files.readFile(new URL('file:///a.mjs'))).toEqual(bytes('a'))
      const { readFile } = files
      expect(await readFile(new URL('file:///a.mjs'), 'utf8')).toEqual(bytes('a'))
      expect(asked.at(-1)).toHaveLength(2)
      await read('file:///a.mjs')
    })

    it('looks like the function it replaces, and puts that back', () => {
      const { files, original, hook } = fakeFiles('a')
      expect([files.readFile.name, files.readFile.length]).toEqual([original.name, original.length])
      hook[Symbol.dispose]()
      expect(files.readFile).toBe(original)
    })
  })
})
