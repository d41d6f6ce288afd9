import { fileURLToPath } from 'node:url'
import type { Timers } from '@lightrun/core'
import type { ModuleFormat, ScriptPosition } from '@lightrun/instrument'
import type { InspectorSession } from './inspector-session.ts'

/** A script as V8 has it. */
export interface DebuggerScript {
  id: string
  /** Absolute, no query. */
  path: string
  format: ModuleFormat
  /** UTF-16 units of its text. */
  length: number
  /** False in a realm of its own (`node:vm`, a test runner's sandbox), whose global object is another. */
  mainRealm: boolean
}

/** A function on the stack while V8 stands still. 0-based. */
export interface StoppedFrame extends ScriptPosition {
  /** Absolute, no query; '' for what is no file. */
  path: string
  /** V8's ids of its own scopes, innermost first: blocks, and the function's or module's variables. */
  scopes: readonly string[]
}

/**
 * V8's debugger, for conditions that never hold. It is on only while somebody holds it: turning it on stops the
 * application, because V8 walks its heap. Everything but `hold` may be called only meanwhile.
 */
export interface ScriptDebugger extends Disposable {
  /** Turns it on. It goes off some time after the last holder is disposed. @throws LightrunError `inspector_unavailable` */
  hold(): Disposable
  /** Scripts that came from files, in the order in which they were compiled. */
  scripts(): Iterable<DebuggerScript>
  /** `undefined` once V8 has dropped the script: nothing of it can run any more. */
  textOf(script: DebuggerScript): string | undefined
  /**
   * Evaluates the condition whenever the statement between two positions is about to run; V8 chooses where. The answer
   * removes it, also from inside the condition. `undefined`: V8 has no code of the statement's own function to stop at.
   */
  setBreakpoint(
    script: DebuggerScript,
    start: ScriptPosition,
    end: ScriptPosition,
    condition: string,
  ): Disposable | undefined
  /**
   * Stops here and now for as long as `look` runs, and shows it the stack. False: V8 does not stop inside a condition.
   * Another debugger sees the stop as well, and one that is attached from elsewhere decides when it ends.
   */
  stopHere(look: (frames: readonly StoppedFrame[]) => void): boolean
  /** While it is stopped: calls the global function with a number and the object of that id. */
  handOver(objectId: string, functionName: string, number: number): void
  /** Turns it off, whoever holds it. Not to be called from inside a condition: that ends the process. */
  [Symbol.dispose](): void
}

export interface ScriptDebuggerOptions {
  /** @throws LightrunError `inspector_unavailable` */
  connect: () => InspectorSession
  timers: Timers
}

/**
 * Time the debugger stays on after the last action: one question follows another, and turning it on again stops the
 * application again, for 2 to 20 ms with a small heap and 0.3 to 1 s at 1 GB. While it is on, V8 caches no `eval`.
 */
export const LINGER_MS = 10_000

export function createScriptDebugger({ connect, timers }: ScriptDebuggerOptions): ScriptDebugger {
  const scripts = new Map<string, DebuggerScript>()
  let session: InspectorSession | undefined
  let holders = 0
  let cancelLinger: (() => void) | undefined
  let onStop: ((params: Paused) => void) | undefined

  function turnOn(): void {
    const opened = connect()
    opened.onEvent('Debugger.scriptParsed', (params) => {
      const script = toScript(params)
      if (script !== undefined) scripts.set(script.id, script)
    })
    opened.onEvent('Debugger.paused', (params) => onStop?.(params as Paused))
    try {
      opened.send('Debugger.enable')
      // Not even a `debugger` statement of the application stops for us.
      opened.send('Debugger.setSkipAllPauses', { skip: true })
    } catch (error) {
      opened[Symbol.dispose]()
      throw error
    }
    session = opened
  }

  function turnOff(): void {
    cancelLinger?.()
    session?.[Symbol.dispose]()
    session = undefined
    scripts.clear()
  }

  /** The answer; `undefined` when V8 has an objection, as against a script that it has dropped meanwhile. */
  function ask<T>(method: string, params: object): T | undefined {
    if (session === undefined) throw new Error('the debugger is off')
    try {
      return session.send(method, params) as T
    } catch {
      return undefined
    }
  }

  return {
    hold() {
      cancelLinger?.()
      if (session === undefined) turnOn()
      holders++
      let held = true
      return {
        [Symbol.dispose]() {
          if (!held) return
          held = false
          holders--
          if (holders === 0) cancelLinger = timers.after(LINGER_MS, turnOff)
        },
      }
    },
    scripts: () => scripts.values(),
    textOf: ({ id }) => ask<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId: id })?.scriptSource,
    setBreakpoint({ id }, start, end, condition) {
      const location = toProtocol(id, start)
      // The end is exclusive, and V8 knows no column behind a line's last: ask for the rest of the line, too.
      const range = {
        start: location,
        end: toProtocol(id, { line: end.line + 1, column: 0 }),
        restrictToFunction: true,
      }
      const found = ask<{ locations: readonly Location[] }>('Debugger.getPossibleBreakpoints', range)?.locations ?? []
      const own = found.filter((each) => isWithin(each, end))
      if (own.length === 0) return undefined
      const set = ask<{ breakpointId: string; actualLocation: Location }>('Debugger.setBreakpoint', {
        location,
        condition,
      })
      if (set === undefined) return undefined
      const { breakpointId, actualLocation } = set
      const remove = () => void session?.send('Debugger.removeBreakpoint', { breakpointId })
      if (own.some((each) => isSame(each, actualLocation))) return { [Symbol.dispose]: remove }
      // For want of a place in the statement V8 went on, to code that says something else.
      remove()
      return undefined
    },
    stopHere(look) {
      let didStop = false
      onStop = ({ callFrames }) => {
        didStop = true
        look(callFrames.map((frame) => toStoppedFrame(frame, scripts.get(frame.location.scriptId))))
      }
      try {
        ask('Debugger.setSkipAllPauses', { skip: false })
        // biome-ignore lint/suspicious/noDebugger: this is where it stops.
        debugger
      } finally {
        onStop = undefined
        ask('Debugger.setSkipAllPauses', { skip: true })
      }
      return didStop
    },
    handOver(objectId, functionName, number) {
      ask('Runtime.callFunctionOn', {
        objectId,
        functionDeclaration: `function(){${functionName}(${number},this)}`,
        silent: true,
      })
    },
    [Symbol.dispose]: turnOff,
  }
}

/** As the protocol has it. */
interface Location {
  scriptId: string
  lineNumber: number
  columnNumber?: number
  type?: 'debuggerStatement' | 'call' | 'return'
}

function toProtocol(scriptId: string, { line, column }: ScriptPosition): Location {
  return { scriptId, lineNumber: line, columnNumber: column }
}

/** `return x` is left, for V8, where it ends. */
function isWithin({ lineNumber, columnNumber = 0, type }: Location, { line, column }: ScriptPosition): boolean {
  return lineNumber < line || columnNumber < column || (columnNumber === column && type === 'return')
}

function isSame(one: Location, other: Location): boolean {
  return one.lineNumber === other.lineNumber && one.columnNumber === other.columnNumber
}

interface Paused {
  callFrames: readonly {
    location: Location
    scopeChain: readonly { type: string; object: { objectId?: string } }[]
  }[]
}

function toStoppedFrame(
  { location, scopeChain }: Paused['callFrames'][number],
  script: DebuggerScript | undefined,
): StoppedFrame {
  const own = scopeChain.findIndex(({ type }) => type === 'local' || type === 'module')
  return {
    path: script?.path ?? '',
    line: location.lineNumber,
    column: location.columnNumber ?? 0,
    scopes: scopeChain
      .slice(0, own + 1)
      .flatMap(({ type, object: { objectId } }) => (type === 'with' || objectId === undefined ? [] : [objectId])),
  }
}

interface ScriptParsed {
  scriptId: string
  url: string
  length: number
  isModule?: boolean
  executionContextAuxData?: { isDefault?: boolean }
}

/** `undefined` for what is no file: Node's own modules, `eval`, `data:` URLs. */
function toScript(params: unknown): DebuggerScript | undefined {
  const { scriptId, url, length, isModule, executionContextAuxData } = params as ScriptParsed
  if (!url.startsWith('file:')) return undefined
  try {
    return {
      id: scriptId,
      path: fileURLToPath(url.replace(/[?#].*$/, '')),
      format: isModule === true ? 'module' : 'commonjs',
      length,
      mainRealm: executionContextAuxData?.isDefault === true,
    }
  } catch {
    return undefined
  }
}
