import type { Engine, Place } from './engine.ts'
import { together } from './together.ts'

export interface Engines {
  weave: Engine
  inspector: Engine
}

export interface EngineChoice {
  engine: Engine
  /** Why not the woven probes, for people: "it was loaded before lightrun". */
  reason?: string
}

/** Woven code is served by its own probes, which cost next to nothing; the debugger serves the rest. */
export function chooseEngine(places: readonly Place[], { weave, inspector }: Engines): EngineChoice {
  const reasons = places.map(whyUnprobed)
  const reason = reasons.find((each) => each !== undefined)
  if (reason === undefined) return { engine: weave }
  if (!reasons.includes(undefined)) return { engine: inspector, reason }
  return { engine: createBoth(weave, inspector), reason }
}

/** `undefined`: it has a woven probe. */
function whyUnprobed({ script, unprobed }: Place): string | undefined {
  return script.status === 'unwoven' ? script.message : unprobed
}

/** For one line that is in several places, with a probe and without: each by its own engine, all under the higher price. */
function createBoth(weave: Engine, inspector: Engine): Engine {
  return {
    ...inspector,
    async place(places, hits) {
      const isProbed = places.map((place) => whyUnprobed(place) === undefined)
      const placeSome = (engine: Engine, probed: boolean) => {
        const isServed = (_: unknown, index: number) => isProbed[index] === probed
        return engine.place(places.filter(isServed), hits.filter(isServed))
      }
      const woven = await placeSome(weave, true)
      try {
        return together(woven, await placeSome(inspector, false))
      } catch (error) {
        woven[Symbol.dispose]()
        throw error
      }
    },
  }
}
