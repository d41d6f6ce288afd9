import type { Engine, Place, Placement } from './engine.ts'

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
  const plain = places.find(({ script }) => script.status === 'unwoven')
  if (plain?.script.status !== 'unwoven') return { engine: weave }
  const reason = plain.script.message
  if (places.every(({ script }) => script.status === 'unwoven')) return { engine: inspector, reason }
  return { engine: createBoth(weave, inspector), reason }
}

/** For one line that is in several scripts, woven and not: each by its own engine, all under the higher price. */
function createBoth(weave: Engine, inspector: Engine): Engine {
  return {
    ...inspector,
    async place(places, hits) {
      const placeSome = (engine: Engine, status: Place['script']['status']) => {
        const isServed = (_: unknown, index: number) => places[index]?.script.status === status
        return engine.place(places.filter(isServed), hits.filter(isServed))
      }
      const woven = await placeSome(weave, 'woven')
      try {
        return together(woven, await placeSome(inspector, 'unwoven'))
      } catch (error) {
        woven[Symbol.dispose]()
        throw error
      }
    },
  }
}

function together(one: Placement, other: Placement): Placement {
  return {
    suspend() {
      one.suspend()
      other.suspend()
    },
    resume() {
      one.resume()
      other.resume()
    },
    [Symbol.dispose]() {
      one[Symbol.dispose]()
      other[Symbol.dispose]()
    },
  }
}
