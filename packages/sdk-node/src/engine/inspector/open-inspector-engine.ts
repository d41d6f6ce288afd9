import { randomBytes } from 'node:crypto'
import type { Timers } from '@lightrun/core'
import { weave } from '@lightrun/instrument'
import { readScriptText } from '../../load/script-text.ts'
import type { Script } from '../../load/scripts.ts'
import type { Engine } from '../engine.ts'
import { createBreakpoints } from './breakpoints.ts'
import { type CallerLocals, openCallerLocals } from './caller-locals.ts'
import { createHitFunction } from './hit-function.ts'
import { createInspectorEngine } from './inspector-engine.ts'
import { connectInspector, isPortOpen } from './inspector-session.ts'
import { createLoadedScripts, type LoadedScripts } from './loaded-scripts.ts'
import { createScriptDebugger } from './script-debugger.ts'

/**
 * Milliseconds that V8 takes to stop at a breakpoint, compile the condition and go on: measured 0.03 to 0.1, and 0.2 in a
 * function with many variables, before anything is looked at. Rather too high than too low.
 */
export const INSPECTOR_PASS_MS = 0.15

/** What V8 has: of a woven script the woven text. Weaving it again is a few milliseconds, when somebody asks. */
function runningText(script: Script, text: string): string {
  if (script.status === 'unwoven') return text
  const woven = weave(text, { filename: script.path, format: script.format })
  return woven.status === 'woven' ? woven.code : text
}

export interface OpenInspectorEngineOptions {
  timers: Timers
  readText: (path: string) => Promise<string>
}

/** The second engine with V8's debugger of this thread, which is off until somebody needs it. */
export interface InspectorParts extends Disposable {
  engine: Engine
  loadedScripts: LoadedScripts
  /** @throws LightrunError `inspector_unavailable` */
  openCallers(): CallerLocals
}

export function openInspectorEngine({ timers, readText }: OpenInspectorEngineOptions): InspectorParts {
  const scriptDebugger = createScriptDebugger({ connect: connectInspector, timers })
  const hitFunction = createHitFunction(globalThis, `$lr_${randomBytes(8).toString('hex')}`)
  const engine = createInspectorEngine({
    scriptDebugger,
    breakpoints: createBreakpoints({ scriptDebugger, hitFunction }),
    readText: async (script) => runningText(script, await readScriptText(script, readText)),
    passMs: INSPECTOR_PASS_MS,
  })
  return {
    engine,
    loadedScripts: createLoadedScripts({ scriptDebugger, nowMs: timers.nowMs }),
    openCallers: () => openCallerLocals({ scriptDebugger, hitFunction, isPortOpen, nowMs: timers.nowMs }),
    [Symbol.dispose]: () => scriptDebugger[Symbol.dispose](),
  }
}
