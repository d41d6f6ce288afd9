import { LightrunError, type VariableEntry } from '@lightrun/core'
import { UNAVAILABLE } from '@lightrun/instrument'
import { captureStack } from '../../probe/stack.ts'
import type { HitFunction } from './hit-function.ts'
import type { ScriptDebugger, StoppedFrame } from './script-debugger.ts'

/** A function that called, directly or not, the one with the probe. 1-based, as V8's stack traces are. */
export interface CallerFrame {
  line: number
  column: number
  /** Absolute, no query; '' for what is no file. */
  path: string
  locals: readonly VariableEntry[]
}

/** Sees the locals of callers, in the one way there is: V8 stops, in this very call, while they are looked at. */
export interface CallerLocals extends Disposable {
  /**
   * The callers of the topmost function that is not `isOurs`, nearest first, `count` at most and as many as `MAX_STOP_MS`
   * allows. Only names and references are taken: no value is looked at. `undefined` when V8 does not stop here, or may not.
   */
  look(count: number, isOurs: (path: string) => boolean): readonly CallerFrame[] | undefined
}

/**
 * Milliseconds after which no further caller is looked at; a stop takes 2 to 6 with the first of them. The application
 * stands still meanwhile.
 */
export const MAX_STOP_MS = 20

/** Functions on the stack with which V8 is stopped at all: it lists every one before anybody can look. */
export const MAX_STACK_DEPTH = 200

export interface CallerLocalsOptions {
  scriptDebugger: ScriptDebugger
  hitFunction: HitFunction
  /** Whether a debugger may be attached from elsewhere: it would see the stop, and decide when it ends. */
  isPortOpen: () => boolean
  nowMs: () => number
}

/** @throws LightrunError `inspector_unavailable` */
export function openCallerLocals(options: CallerLocalsOptions): CallerLocals {
  const { scriptDebugger, hitFunction, isPortOpen, nowMs } = options
  if (isPortOpen()) {
    throw new LightrunError(
      'inspector_unavailable',
      'the inspector port is open, and a debugger that is attached would stop at the look at callers; ask without their locals',
    )
  }
  const held = scriptDebugger.hold()
  // What V8 makes for its first look takes ten times as long; it is made here and not in the middle of a request.
  scriptDebugger.stopHere(([here]) => void (here && localsOf(here)))

  return {
    look(count, isOurs) {
      if (isPortOpen() || stackDepth() > MAX_STACK_DEPTH) return undefined
      const callers: CallerFrame[] = []
      const didStop = scriptDebugger.stopHere((frames) => {
        const deadline = nowMs() + MAX_STOP_MS
        const probe = frames.findIndex(({ path }) => !isOurs(path))
        for (const frame of frames.slice(probe + 1, probe + 1 + count)) {
          if (nowMs() > deadline) return
          const { line, column, path } = frame
          callers.push({ line: line + 1, column: column + 1, path, locals: localsOf(frame) })
        }
      })
      return didStop ? callers : undefined
    },
    [Symbol.dispose]: () => held[Symbol.dispose](),
  }

  /** V8 gives a scope as an object of its own, whose properties are the variables. Inner scopes hide outer ones. */
  function localsOf({ scopes }: StoppedFrame): VariableEntry[] {
    const locals = new Map<string, unknown>()
    const receiver = hitFunction.add(([scope]) => {
      for (const name of Object.getOwnPropertyNames(scope)) {
        if (!locals.has(name)) locals.set(name, readLocal(scope as Scope, name))
      }
    })
    try {
      for (const objectId of scopes) scriptDebugger.handOver(objectId, hitFunction.name, receiver.number)
    } finally {
      receiver[Symbol.dispose]()
    }
    return [...locals].filter(([, value]) => value !== UNAVAILABLE).map(([name, value]) => ({ name, value }))
  }
}

type Scope = Readonly<Record<string, unknown>>

/** Newer V8 throws for what is uninitialised; older V8 says `undefined`. */
function readLocal(scope: Scope, name: string): unknown {
  try {
    return scope[name]
  } catch {
    return UNAVAILABLE
  }
}

function stackDepth(): number {
  return captureStack(MAX_STACK_DEPTH + 1, () => false).length
}
