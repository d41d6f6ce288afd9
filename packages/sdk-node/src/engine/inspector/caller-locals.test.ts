import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualTimers } from '@lightrun/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type CallerFrame,
  type CallerLocals,
  type CallerLocalsOptions,
  MAX_STACK_DEPTH,
  openCallerLocals,
} from './caller-locals.ts'
import { createHitFunction } from './hit-function.ts'
import { connectInspector } from './inspector-session.ts'
import { createScriptDebugger, type ScriptDebugger } from './script-debugger.ts'

const PROGRAM = `
class Base { constructor(hit) { hit(); this.made = true } }
exports.touched = []
exports.run = function run(hit) {
  const user = { name: 'Ada', get secret() { exports.touched.push('secret'); return 1 } }
  for (const item of ['tea']) {
    const user = 'inner'
    return middle(item, hit)
  }
}
function middle(sku, hit) {
  let late = inner(hit)
  return late + sku
}
function inner(hit) {
  hit()
  return 'done '
}
exports.construct = (hit) => new (class extends Base { constructor() { super(hit) } })().made
exports.deep = (n, hit) => n === 0 ? hit() : exports.deep(n - 1, hit)
`

describe('the locals of callers', () => {
  let folder: string
  let scriptDebugger: ScriptDebugger
  let callers: CallerLocals
  let open: (more?: Partial<CallerLocalsOptions>) => CallerLocals
  let program: {
    touched: string[]
    run(hit: () => void): string
    construct(hit: () => void): boolean
    deep(n: number, hit: () => void): void
  }

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'lightrun-callers-')))
    const path = join(folder, 'program.cjs')
    writeFileSync(path, PROGRAM)
    program = createRequire(import.meta.url)(path) as typeof program
    const timers = createManualTimers()
    scriptDebugger = createScriptDebugger({ connect: connectInspector, timers })
    const hitFunction = createHitFunction(globalThis, '$lr_callers')
    open = (more = {}) =>
      openCallerLocals({ scriptDebugger, hitFunction, isPortOpen: () => false, nowMs: () => 0, ...more })
    callers = open()
  })
  afterEach(() => {
    expect(Object.hasOwn(globalThis, '$lr_callers')).toBe(false)
    scriptDebugger[Symbol.dispose]()
    rmSync(folder, { recursive: true })
  })

  const isOurs = (path: string) => !path.endsWith('program.cjs')
  const names = ({ locals }: CallerFrame) => locals.map(({ name }) => name)

  it('are those of the functions above, nearest first, as references, and run no code', () => {
    let seen: readonly CallerFrame[] | undefined
    expect(program.run(() => (seen = callers.look(2, isOurs)))).toBe('done tea')
    expect(seen?.map(names)).toEqual([
      expect.arrayContaining(['sku', 'hit']),
      expect.arrayContaining(['item', 'user', 'hit']),
    ])
    expect(seen?.map(({ line }) => line)).toEqual([12, 8])
    expect(seen?.[1]?.locals.find(({ name }) => name === 'user')?.value).toBe('inner')
    expect(program.touched).toEqual([])
  })

  it('leave a constructor that waits for super as it is', () => {
    expect(program.construct(() => callers.look(3, isOurs))).toBe(true)
  })

  it('are as many as were asked for', () => {
    let seen: readonly CallerFrame[] | undefined
    program.deep(30, () => (seen = callers.look(3, isOurs)))
    expect(seen).toHaveLength(3)
  })

  it('are not looked at while a debugger may be attached, nor on a stack that is too deep', () => {
    expect(() => open({ isPortOpen: () => true })).toThrow(expect.objectContaining({ code: 'inspector_unavailable' }))
    let isPortOpen = false
    const watchful = open({ isPortOpen: () => isPortOpen })
    isPortOpen = true
    expect(watchful.look(1, isOurs)).toBeUndefined()
    let seen: unknown = 'nothing'
    program.deep(MAX_STACK_DEPTH, () => (seen = callers.look(3, isOurs)))
    expect(seen).toBeUndefined()
  })

  it('are as many as can be looked at in time', () => {
    let now = 0
    const slow = open({ nowMs: () => (now += 15) })
    let seen: readonly CallerFrame[] | undefined
    program.deep(5, () => (seen = slow.look(5, isOurs)))
    expect(seen).toHaveLength(1)
  })
})
