import type { Script } from '../../load/scripts.ts'
import type { Engine, Placement } from '../engine.ts'
import { placeAll } from '../place-all.ts'
import { createPlacement } from '../placement.ts'
import type { Breakpoints } from './breakpoints.ts'
import { findInstances } from './find-instances.ts'
import type { ScriptDebugger } from './script-debugger.ts'

export interface InspectorEngineOptions {
  scriptDebugger: ScriptDebugger
  breakpoints: Breakpoints
  /** The text that a script was compiled from, as far as the disk knows. */
  readText: (script: Script) => Promise<string>
  /** Milliseconds that a pass costs, about. */
  passMs: number
}

/**
 * Serves what runs as it is: a breakpoint whose condition calls the hit and never holds, so nothing ever pauses. A pass
 * costs a thousand times what a woven probe costs, and the function runs unoptimised meanwhile.
 */
export function createInspectorEngine({
  scriptDebugger,
  breakpoints,
  readText,
  passMs,
}: InspectorEngineOptions): Engine {
  return {
    name: 'inspector',
    passMs,
    async place(places, hits) {
      const texts = await Promise.all(places.map(({ script }) => readText(script)))
      const held = scriptDebugger.hold()
      try {
        const targets = places.flatMap(({ script, site }, index) => {
          const text = texts[index] ?? ''
          const hit = hits[index] ?? ignore
          return findInstances(scriptDebugger, script.path, text).map((instance) => ({ instance, site, hit }))
        })
        const placement = createPlacement(() =>
          placeAll(targets, ({ instance, site, hit }) => breakpoints.arm(instance, site, hit)),
        )
        return holding(placement, held)
      } catch (error) {
        held[Symbol.dispose]()
        throw error
      }
    },
  }
}

const ignore = () => {}

function holding(placement: Placement, held: Disposable): Placement {
  return {
    ...placement,
    [Symbol.dispose]() {
      placement[Symbol.dispose]()
      held[Symbol.dispose]()
    },
  }
}
