import { LightrunError } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import type { Script } from '../load/scripts.ts'
import { chooseEngine } from './choose-engine.ts'
import type { Engine, Place } from './engine.ts'
import { madeUpSite } from './made-up-site.ts'

function place(status: 'woven' | 'unwoven'): Place {
  const site = madeUpSite()
  const loaded = { path: `/app/${status}.js`, format: 'commonjs' as const }
  const script: Script =
    status === 'woven'
      ? { ...loaded, status, fingerprint: 'f' }
      : { ...loaded, status, reason: 'excluded', message: 'it is a dependency' }
  return { script, site, named: site }
}

function fakeEngine(name: Engine['name'], fails = false) {
  const log: string[] = []
  const engine: Engine = {
    name,
    async place(places, hits) {
      if (fails) throw new LightrunError('inspector_unavailable', 'no')
      log.push(`${places.map(({ script }) => script.path)} ${hits.length}`)
      return {
        suspend: () => void log.push('suspend'),
        resume: () => void log.push('resume'),
        [Symbol.dispose]: () => void log.push('dispose'),
      }
    },
  }
  return { engine, log }
}

describe('the engine that is chosen', () => {
  const weave = fakeEngine('weave')
  const inspector = fakeEngine('inspector')
  const choose = (...places: Place[]) => chooseEngine(places, { weave: weave.engine, inspector: inspector.engine })

  it('is weaving for woven code, and the inspector, with the reason, for the rest', () => {
    expect(choose(place('woven'), place('woven'))).toEqual({ engine: weave.engine })
    expect(choose(place('unwoven'))).toEqual({ engine: inspector.engine, reason: 'it is a dependency' })
  })

  it('is the inspector for a part of woven code that has no probe, with the reason', () => {
    const left = { ...place('woven'), unprobed: 'it is in a with statement' }
    expect(choose(left)).toEqual({ engine: inspector.engine, reason: left.unprobed })
    expect(choose(place('woven'), left).reason).toBe(left.unprobed)
  })

  it('is both for a line that is in woven and other code, and counts as the slower one', async () => {
    const { engine, reason } = choose(place('woven'), place('unwoven'), place('woven'))
    expect([engine.name, reason]).toEqual(['inspector', 'it is a dependency'])
    const placement = await engine.place(
      [place('woven'), place('unwoven'), place('woven')],
      [() => {}, () => {}, () => {}],
    )
    placement.suspend()
    placement.resume()
    placement[Symbol.dispose]()
    expect(weave.log).toEqual(['/app/woven.js,/app/woven.js 2', 'suspend', 'resume', 'dispose'])
    expect(inspector.log).toEqual(['/app/unwoven.js 1', 'suspend', 'resume', 'dispose'])
  })

  it('of both, takes the one off when the other fails', async () => {
    const first = fakeEngine('weave')
    const { engine } = chooseEngine([place('woven'), place('unwoven')], {
      weave: first.engine,
      inspector: fakeEngine('inspector', true).engine,
    })
    await expect(engine.place([place('woven'), place('unwoven')], [() => {}, () => {}])).rejects.toThrow('no')
    expect(first.log.at(-1)).toBe('dispose')
  })
})
