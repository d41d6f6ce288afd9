import { LightrunError } from '@lightrun/core'
import type { Cells } from './cells.ts'
import type { Engine } from './engine.ts'

/** Arms the dormant probes that were woven in when the code was loaded. */
export function createWeaveEngine(cells: Cells): Engine {
  return {
    name: 'weave',
    place(places, hits) {
      const placed: Disposable[] = []
      const remove = () => {
        for (const each of placed.splice(0)) each[Symbol.dispose]()
      }
      for (const [index, { script, site }] of places.entries()) {
        if (script.status === 'unwoven') {
          remove()
          throw new LightrunError('file_not_woven', `${script.path} runs as it is, without probes: ${script.message}`, {
            details: { reason: script.reason },
          })
        }
        const hit = hits[index]
        const armed = hit && cells.arm(site.cell, site.index, hit)
        if (armed !== undefined) {
          placed.push(armed)
          continue
        }
        remove()
        throw new LightrunError(
          'cell_unavailable',
          'the global object refuses the property a probe needs; it is frozen or sealed, or somebody owns that name',
        )
      }
      return { [Symbol.dispose]: remove }
    },
  }
}
