import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createManualTimers } from '@lightrun/core/testing'
import { type ModuleFormat, readVariables, type Site, surveySites, UNAVAILABLE } from '@lightrun/instrument'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { UnwovenScript } from '../../load/scripts.ts'
import type { SiteHit } from '../cells.ts'
import type { Engine, Place, Placement } from '../engine.ts'
import { type Breakpoints, createBreakpoints } from './breakpoints.ts'
import { createHitFunction } from './hit-function.ts'
import { createInspectorEngine } from './inspector-engine.ts'
import { connectInspector } from './inspector-session.ts'
import { createLoadedScripts } from './loaded-scripts.ts'
import { createScriptDebugger, type ScriptDebugger } from './script-debugger.ts'

const NAME = '$lr_test'
const require = createRequire(import.meta.url)

describe('the inspector engine', () => {
  let folder: string
  let nativeImport: (url: string) => Promise<unknown>
  let timers: ReturnType<typeof createManualTimers>
  let scriptDebugger: ScriptDebugger
  let breakpoints: Breakpoints
  let engine: Engine
  let texts: Map<string, string>

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'lightrun-inspector-')))
    // The test runner has an `import` of its own.
    writeFileSync(join(folder, 'native-import.cjs'), 'module.exports = (url) => import(url)\n')
    nativeImport = require(join(folder, 'native-import.cjs')) as typeof nativeImport
    texts = new Map()
    timers = createManualTimers()
    scriptDebugger = createScriptDebugger({ connect: connectInspector, timers })
    breakpoints = createBreakpoints({ scriptDebugger, hitFunction: createHitFunction(globalThis, NAME) })
    engine = createInspectorEngine({
      scriptDebugger,
      breakpoints,
      readText: async ({ path }) => texts.get(path) ?? '',
      passMs: 0.15,
    })
  })
  afterEach(() => {
    expect([breakpoints.armed, Object.hasOwn(globalThis, NAME)]).toEqual([0, false])
    scriptDebugger[Symbol.dispose]()
    rmSync(folder, { recursive: true })
  })

  /** Writes and loads a file as the application would, by Node's own loaders. */
  async function load<T>(text: string, name = 'program.cjs'): Promise<{ exports: T; path: string }> {
    const path = join(folder, name)
    texts.set(path, text)
    writeFileSync(path, text)
    const exports = name.endsWith('.cjs') ? require(path) : await nativeImport(pathToFileURL(path).href)
    return { exports: exports as T, path }
  }

  /** The first statement that begins with `mark`, or the one around it. */
  function placeAt(path: string, mark: string): Place {
    const text = texts.get(path) ?? ''
    const format: ModuleFormat = path.endsWith('.mjs') ? 'module' : 'commonjs'
    const surveyed = surveySites(text, { format })
    if (surveyed.status !== 'surveyed') throw new Error(surveyed.message)
    const lines = text.split('\n')
    const found = surveyed.sites.find(({ position }) => lines[position.line]?.slice(position.column).startsWith(mark))
    if (found === undefined) throw new Error(`no statement begins with ${mark}`)
    const { index, position, end, variables } = found
    const site: Site = { index, number: index, position, end, function: found.function, variables, cell: '' }
    const script: UnwovenScript = { status: 'unwoven', path, format, reason: 'excluded', message: 'it is a test' }
    return { script, site, named: site }
  }

  function reading(place: Place, seen: Record<string, unknown>[]): SiteHit {
    return (args) =>
      seen.push(Object.fromEntries(readVariables(place.site, args).map(({ name, value }) => [name, value])))
  }

  async function watch(path: string, mark: string): Promise<{ seen: Record<string, unknown>[]; placement: Placement }> {
    const place = placeAt(path, mark)
    const seen: Record<string, unknown>[] = []
    return { seen, placement: await engine.place([place], [reading(place, seen)]) }
  }

  it('sees every pass and pauses at none, and leaves nothing behind', async () => {
    const { exports, path } = await load<{ f(n: number): number }>(
      'exports.f = (n) => {\n  const m = n + 1\n  return m\n}\n',
    )
    const { seen, placement } = await watch(path, 'return m')
    for (let n = 0; n < 100; n++) expect(exports.f(n)).toBe(n + 1)
    placement[Symbol.dispose]()
    exports.f(1)
    expect(seen.map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, n) => n))
  })

  it('reads every scope: this, arguments, parameters, locals, blocks, catch, closures, the module', async () => {
    const { exports, path } = await load<{ run(): unknown }>(`
'use strict'
const top = 'module'
class Cart {
  items = [1]
  add(sku, { quantity = 2 } = {}, ...rest) {
    const local = 'local'
    arguments.length
    try { throw new Error('caught') } catch (error) {
      for (const item of this.items) {
        const closure = () => [local, sku, item, top]
        here(item)
        closure()
      }
    }
  }
}
function here() {}
exports.run = () => new Cart().add('tea')
`)
    const { seen, placement } = await watch(path, 'here(item)')
    exports.run()
    placement[Symbol.dispose]()
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ sku: 'tea', quantity: 2, rest: [], local: 'local', item: 1, top: 'module' })
    expect(seen[0]).toMatchObject({ this: { items: [1] }, error: new Error('caught'), closure: expect.any(Function) })
    expect(seen[0]?.arguments).toHaveLength(1)
  })

  it('tells what is uninitialised from undefined, and leaves out what V8 did not keep', async () => {
    const { exports, path } = await load<{ outer(): () => number }>(`
exports.outer = function () {
  let kept = 1
  let dropped = 2
  dropped++
  return () => {
    first(kept)
    let late = 3
    let captured = 4
    return () => captured
  }
}
function first() {}
`)
    const { seen, placement } = await watch(path, 'first(kept)')
    exports.outer()()
    placement[Symbol.dispose]()
    expect(seen[0]).toMatchObject({ kept: 1, captured: UNAVAILABLE })
    expect(Object.keys(seen[0] ?? {})).not.toContain('late')
    expect(Object.keys(seen[0] ?? {})).not.toContain('dropped')
  })

  it('leaves alone what V8 would break: a constructor before super, and the fields of a class', async () => {
    const { exports, path } = await load<{ make(): { x: number } }>(`
class Base {}
class Derived extends Base {
  x = here(1)
  constructor() {
    before()
    super()
    after()
  }
}
function before() {}
function after() {}
function here(x) { return x }
exports.make = () => new Derived()
`)
    expect(() => placeAt(path, 'before()')).toThrow('no statement')
    expect(() => placeAt(path, 'class Derived')).toThrow('no statement')
    const { seen, placement } = await watch(path, 'after()')
    expect(exports.make().x).toBe(1)
    placement[Symbol.dispose]()
    expect(seen).toMatchObject([{ this: { x: 1 } }])
  })

  it('serves async functions, generators and ES modules, and those that were suspended before', async () => {
    const { exports, path } = await load<{
      wait(gate: Promise<unknown>): Promise<string>
      count(): Generator<number>
    }>(
      `
const name = 'module'
export async function wait(gate) {
  const before = 1
  await gate
  return name + before
}
export function* count() {
  for (let n = 0; n < 3; n++) {
    yield n
  }
}
`,
      'program.mjs',
    )
    let open = (_: unknown) => {}
    const gate = new Promise((resolve) => {
      open = resolve
    })
    const waiting = exports.wait(gate)
    const generator = exports.count()
    generator.next()
    const waited = await watch(path, 'return name')
    const counted = await watch(path, 'yield n')
    open(undefined)
    expect(await waiting).toBe('module1')
    expect([...generator]).toEqual([1, 2])
    waited.placement[Symbol.dispose]()
    counted.placement[Symbol.dispose]()
    expect(waited.seen).toMatchObject([{ before: 1, name: 'module' }])
    expect(counted.seen).toMatchObject([{ n: 1 }, { n: 2 }])
  })

  it('counts a loop head, a branch and each statement of a line as often as they are run', async () => {
    const { exports, path } = await load<{ f(): void }>(`
exports.f = () => {
  for (const a of [1, 2, 3]) g(a)
  for (const k in { x: 1, y: 2 }) g(k)
  for (let i = 0; i < 4; i++) g(i)
  if (g()) g(1); else g(2)
  try { g(3) } finally { g(4) }
}
function g() {}
`)
    const marks = [
      'for (const a',
      'g(a)',
      'for (const k',
      'g(k)',
      'for (let i',
      'g(i)',
      'if (g',
      'g(1)',
      'g(2)',
      'try',
      'g(3)',
      'g(4)',
    ]
    const watched = await Promise.all(marks.map((mark) => watch(path, mark)))
    exports.f()
    for (const { placement } of watched) placement[Symbol.dispose]()
    expect(Object.fromEntries(marks.map((mark, index) => [mark, watched[index]?.seen.length]))).toEqual({
      'for (const a': 1,
      'g(a)': 3,
      'for (const k': 1,
      'g(k)': 2,
      'for (let i': 1,
      'g(i)': 4,
      'if (g': 1,
      'g(1)': 0,
      'g(2)': 1,
      try: 1,
      'g(3)': 1,
      'g(4)': 1,
    })
  })

  it('takes several probes on one statement, and on two statements of one location', async () => {
    const { exports, path } = await load<{ f(): void }>(
      'exports.f = () => {\n  do { g() } while (false)\n}\nfunction g() {}\n',
    )
    const all = await Promise.all([watch(path, 'do {'), watch(path, 'g()'), watch(path, 'g()')])
    exports.f()
    all[0]?.placement[Symbol.dispose]()
    exports.f()
    all[1]?.placement[Symbol.dispose]()
    exports.f()
    all[2]?.placement[Symbol.dispose]()
    exports.f()
    expect(all.map(({ seen }) => seen.length)).toEqual([1, 2, 3])
  })

  it('is taken off from inside its own hit, in the middle of a loop, and put back', async () => {
    const { exports, path } = await load<{ sum(n: number): number }>(
      'exports.sum = (n) => {\n  let sum = 0\n  for (let i = 0; i < n; i++) {\n    sum += i\n  }\n  return sum\n}\n',
    )
    const place = placeAt(path, 'sum += i')
    let hits = 0
    const placement: Placement = await engine.place([place], [() => ++hits % 10 === 0 && placement.suspend()])
    expect(exports.sum(1_000_000)).toBe(499_999_500_000)
    expect([hits, breakpoints.armed]).toEqual([10, 0])
    placement.resume()
    exports.sum(100)
    expect(hits).toBe(20)
    placement[Symbol.dispose]()
    placement.resume()
    exports.sum(100)
    expect(hits).toBe(20)
  })

  it('never stops at a debugger statement, nor at what its own hit passes', async () => {
    const { exports, path } = await load<{ f(): number; g(): number }>(
      'exports.f = () => {\n  debugger\n  return 1\n}\nexports.g = () => {\n  return 2\n}\n',
    )
    const place = placeAt(path, 'return 1')
    const inner = await watch(path, 'return 2')
    const placement = await engine.place([place], [() => exports.g()])
    expect(exports.f()).toBe(1)
    placement[Symbol.dispose]()
    inner.placement[Symbol.dispose]()
    expect(inner.seen).toEqual([])
  })

  it('refuses a text that is not the one that runs, and a script V8 does not have', async () => {
    const { path } = await load('exports.f = () => {\n  return 1\n}\n')
    const place = placeAt(path, 'return 1')
    texts.set(path, 'exports.f = () => {\n  return 2\n}\n')
    await expect(engine.place([place], [() => {}])).rejects.toMatchObject({ code: 'file_changed' })
    const elsewhere = { ...place, script: { ...place.script, path: join(folder, 'other.cjs') } }
    await expect(engine.place([elsewhere], [() => {}])).rejects.toMatchObject({ code: 'file_not_woven' })
  })

  it('refuses a statement that V8 made no code for, instead of the next one', async () => {
    const { exports, path } = await load<{ f(): number }>('exports.f = () => {\n  0\n  return 1\n}\n')
    await expect(watch(path, '0')).rejects.toMatchObject({ code: 'no_code_at_line' })
    exports.f()
  })

  it('places on every instance of a module that was loaded twice', async () => {
    const { path } = await load<{ f(): number }>('export const f = () => {\n  return 1\n}\n', 'twice.mjs')
    const again = (await nativeImport(`${pathToFileURL(path).href}?again`)) as { f(): number }
    const first = (await nativeImport(pathToFileURL(path).href)) as { f(): number }
    const { seen, placement } = await watch(path, 'return 1')
    first.f()
    again.f()
    placement[Symbol.dispose]()
    expect(seen).toHaveLength(2)
  })

  it('places all or none', async () => {
    const { exports, path } = await load<{ f(): number }>('exports.f = () => {\n  0\n  return 1\n}\n')
    const good = placeAt(path, 'return 1')
    let hits = 0
    await expect(engine.place([good, placeAt(path, '0')], [() => hits++, () => {}])).rejects.toThrow()
    exports.f()
    expect([hits, breakpoints.armed]).toEqual([0, 0])
  })

  it('turns the debugger off some time after the last action, and on again', async () => {
    const { exports, path } = await load<{ f(): number }>('exports.f = () => {\n  return 1\n}\n')
    const first = await watch(path, 'return 1')
    first.placement[Symbol.dispose]()
    expect(timers.waiting).toEqual([10_000])
    await timers.advance(10_000)
    expect(() => scriptDebugger.textOf({ id: '1', path, format: 'commonjs', length: 0, mainRealm: true })).toThrow(
      'off',
    )
    const second = await watch(path, 'return 1')
    exports.f()
    second.placement[Symbol.dispose]()
    expect(second.seen).toHaveLength(1)
  })

  it('lets a foreign debugger stop where it wants to, and both see the line', async () => {
    const { exports, path } = await load<{ f(n: number): number }>('exports.f = (n) => {\n  return n\n}\n')
    const foreign = new Session()
    foreign.connect()
    const paused: unknown[] = []
    foreign.on('Debugger.paused', ({ params }) => paused.push(params.hitBreakpoints))
    foreign.post('Debugger.enable')
    foreign.post('Debugger.setBreakpointByUrl', { lineNumber: 1, url: pathToFileURL(path).href, condition: 'n === 2' })
    const { seen, placement } = await watch(path, 'return n')
    for (let n = 0; n < 4; n++) exports.f(n)
    placement[Symbol.dispose]()
    scriptDebugger[Symbol.dispose]()
    for (let n = 0; n < 4; n++) exports.f(n)
    foreign.disconnect()
    expect([seen.map(({ n }) => n), paused.length]).toEqual([[0, 1, 2, 3], 2])
  })

  it('knows what runs from files, CommonJS and ES modules, and asks V8 once a minute', async () => {
    const commonjs = await load('exports.a = 1\n', 'earlier.cjs')
    const loaded = createLoadedScripts({ scriptDebugger, nowMs: timers.nowMs })
    const before = await loaded.all()
    const found = before.find(({ path }) => path === commonjs.path)
    expect(found).toMatchObject({ format: 'commonjs', mainRealm: true })
    expect(found && loaded.textOf(found)).toBe('exports.a = 1\n')
    const module = await load('export const a = 1\n', 'earlier.mjs')
    expect(await loaded.all()).toBe(before)
    await timers.advance(60_001)
    expect((await loaded.all()).find(({ path }) => path === module.path)?.format).toBe('module')
  })
})
