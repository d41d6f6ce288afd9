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

/** A place where V8 can stop, though it never does for us. */
export interface BreakLocation extends ScriptPosition {
  scriptId: string
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
  textOf(script: DebuggerScript): string
  /** Where V8 can stop between two positions, in the function around `start` and not in those within it. In source order. */
  breakLocations(script: DebuggerScript, start: ScriptPosition, end: ScriptPosition): BreakLocation[]
  /** Evaluates the condition on each pass. The answer removes it, also from inside the condition. @throws Error */
  setBreakpoint(location: BreakLocation, condition: string): Disposable
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

  function turnOn(): void {
    const opened = connect()
    opened.onEvent('Debugger.scriptParsed', (params) => {
      const script = toScript(params)
      if (script !== undefined) scripts.set(script.id, script)
    })
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

  function send<T>(method: string, params: object): T {
    if (session === undefined) throw new Error('the debugger is off')
    return session.send(method, params) as T
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
    textOf: ({ id }) => send<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId: id }).scriptSource,
    breakLocations({ id }, start, end) {
      const { locations } = send<{ locations: ProtocolLocation[] }>('Debugger.getPossibleBreakpoints', {
        start: toProtocol(id, start),
        end: toProtocol(id, end),
        restrictToFunction: true,
      })
      return locations.map(({ scriptId, lineNumber, columnNumber = 0 }) => ({
        scriptId,
        line: lineNumber,
        column: columnNumber,
      }))
    },
    setBreakpoint(location, condition) {
      const { breakpointId } = send<{ breakpointId: string }>('Debugger.setBreakpoint', {
        location: toProtocol(location.scriptId, location),
        condition,
      })
      return { [Symbol.dispose]: () => void session?.send('Debugger.removeBreakpoint', { breakpointId }) }
    },
    [Symbol.dispose]: turnOff,
  }
}

interface ProtocolLocation {
  scriptId: string
  lineNumber: number
  columnNumber?: number
}

function toProtocol(scriptId: string, { line, column }: ScriptPosition): ProtocolLocation {
  return { scriptId, lineNumber: line, columnNumber: column }
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
