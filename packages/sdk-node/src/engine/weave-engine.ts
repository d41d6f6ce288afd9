import { LightrunError } from '@lightrun/core'
import { watchCalls } from '@lightrun/instrument'
import type { Cells } from './cells.ts'
import type { Engine } from './engine.ts'
import { placeAll } from './place-all.ts'
import { createPlacement } from './placement.ts'

/** Arms the dormant probes that were woven in when the code was loaded. */
export function createWeaveEngine(cells: Cells): Engine {
  return {
    name: 'weave',
    async place(places, hits) {
      return createPlacement(() =>
        placeAll(places.entries(), ([index, { site }]) => {
          const hit = hits[index]
          const armed = hit && cells.arm(site.cell, site.number, hit, (watch) => watchCalls(site.shared, watch))
          if (armed !== undefined) return armed
          throw new LightrunError(
            'cell_unavailable',
            'the global object refuses the property a probe needs; it is frozen or sealed, or somebody owns that name',
          )
        }),
      )
    },
  }
}
