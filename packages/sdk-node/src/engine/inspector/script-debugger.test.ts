import { createManualTimers } from '@lightrun/core/testing'
import { describe, expect, it } from 'vitest'
import { findInstances } from './find-instances.ts'
import type { InspectorSession } from './inspector-session.ts'
import { createScriptDebugger, LINGER_MS } from './script-debugger.ts'

type Answers = Record<string, (params: never) => unknown>

/** A session that answers as it is told; what it has no answer for succeeds with nothing. */
function scripted(answers: Answers = {}) {
  const calls: string[] = []
  const listeners = new Map<string, (params: unknown) => void>()
  let open = 0
  const connect = (): InspectorSession => {
    open++
    return {
      send(method, params = {}) {
        calls.push(method)
        return answers[method]?.(params as never) ?? {}
      },
      onEvent: (method, listener) => void listeners.set(method, listener),
      [Symbol.dispose]: () => void open--,
    }
  }
  const parsed = (scriptId: string, url: string, more: object = {}) =>
    listeners.get('Debugger.scriptParsed')?.({
      scriptId,
      url,
      length: 5,
      executionContextAuxData: { isDefault: true },
      ...more,
    })
  return { connect, calls, parsed, sessions: () => open }
}

function setUp(answers?: Answers) {
  const session = scripted(answers)
  const timers = createManualTimers()
  return { ...session, timers, scriptDebugger: createScriptDebugger({ connect: session.connect, timers }) }
}

const location = (lineNumber: number, columnNumber: number, type?: string) => ({
  scriptId: '1',
  lineNumber,
  columnNumber,
  type,
})
const script = { id: '1', path: '/a.js', format: 'commonjs', length: 5, mainRealm: true } as const
const START = { line: 3, column: 2 }
const END = { line: 3, column: 10 }

describe('the debugger', () => {
  it('is on while somebody holds it and a while longer, and never pauses for us', async () => {
    const { scriptDebugger, timers, calls, sessions } = setUp()
    const first = scriptDebugger.hold()
    const second = scriptDebugger.hold()
    expect(calls).toEqual(['Debugger.enable', 'Debugger.setSkipAllPauses'])
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    expect(timers.waiting).toEqual([])
    second[Symbol.dispose]()
    await timers.advance(LINGER_MS - 1)
    const third = scriptDebugger.hold()
    await timers.advance(LINGER_MS)
    expect([calls.length, sessions()]).toEqual([2, 1])
    third[Symbol.dispose]()
    await timers.advance(LINGER_MS)
    expect(sessions()).toBe(0)
  })

  it('leaves no session behind when V8 refuses it', () => {
    const { scriptDebugger, sessions } = setUp({
      'Debugger.enable': () => {
        throw new Error('refused')
      },
    })
    expect(() => scriptDebugger.hold()).toThrow('refused')
    expect(sessions()).toBe(0)
  })

  it('knows scripts of files by their path, whatever their query, and nothing else', () => {
    const { scriptDebugger, parsed } = setUp()
    scriptDebugger.hold()
    parsed('1', 'file:///app/a%20b.mjs?v=2#x', { isModule: true })
    parsed('2', 'node:internal/fs')
    parsed('3', '')
    parsed('4', 'file:///app/realm.js', { executionContextAuxData: { isDefault: false } })
    expect([...scriptDebugger.scripts()]).toEqual([
      { id: '1', path: '/app/a b.mjs', format: 'module', length: 5, mainRealm: true },
      { id: '4', path: '/app/realm.js', format: 'commonjs', length: 5, mainRealm: false },
    ])
  })

  it.each([
    ['at the statement', [location(3, 4)], location(3, 4), true],
    ['at the end of a return', [location(3, 10, 'return')], location(3, 10), true],
    ['behind the statement', [location(3, 10)], location(3, 10), false],
    ['in code of another function', [location(3, 8)], location(3, 4), false],
    ['nowhere', [], location(4, 0), false],
  ])('takes a breakpoint only where the statement is its own: %s', (_where, locations, actualLocation, isTaken) => {
    const { scriptDebugger, calls } = setUp({
      'Debugger.getPossibleBreakpoints': () => ({ locations }),
      'Debugger.setBreakpoint': () => ({ breakpointId: 'b', actualLocation }),
    })
    scriptDebugger.hold()
    const breakpoint = scriptDebugger.setBreakpoint(script, START, END, 'h()')
    expect(breakpoint !== undefined).toBe(isTaken)
    breakpoint?.[Symbol.dispose]()
    const set = calls.filter((each) => each === 'Debugger.setBreakpoint').length
    expect(calls.filter((each) => each === 'Debugger.removeBreakpoint')).toHaveLength(set)
  })

  it('takes an objection of V8 for an answer', () => {
    const refuse = () => {
      throw new Error('Script not found')
    }
    const { scriptDebugger } = setUp({ 'Debugger.getPossibleBreakpoints': refuse, 'Debugger.getScriptSource': refuse })
    scriptDebugger.hold()
    expect(scriptDebugger.setBreakpoint(script, START, END, 'h()')).toBeUndefined()
    expect(scriptDebugger.textOf(script)).toBeUndefined()
  })
})

describe('the instances of a file', () => {
  const known = (...all: { mainRealm?: boolean; text?: string }[]) => ({
    scripts: () =>
      all.map(({ mainRealm = true, text }, index) => ({
        ...script,
        id: `${index}`,
        mainRealm,
        length: text?.length ?? 5,
      })),
    textOf: ({ id }: { id: string }) => all[Number(id)]?.text,
  })

  it('are those that have the very text', () => {
    const found = findInstances(known({ text: 'right' }, { text: 'wrong' }, {}, { text: 'right' }), '/a.js', 'right')
    expect(found.map(({ id }) => id)).toEqual(['0', '3'])
  })

  it.each([
    ['file_changed', known({ text: 'wrong' })],
    ['file_not_woven', known()],
    ['file_not_woven', known({ text: 'right', mainRealm: false })],
  ])('say why there are none: %s', (code, scriptDebugger) => {
    expect(() => findInstances(scriptDebugger, '/a.js', 'right')).toThrow(expect.objectContaining({ code }))
  })
})
