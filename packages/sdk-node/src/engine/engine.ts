import type { Site } from '@lightrun/instrument'
import type { Script } from '../load/scripts.ts'
import type { SiteHit } from './cells.ts'

/** A statement of a loaded script, where an engine can put a probe. */
export interface Place {
  script: Script
  /** As it runs. */
  site: Site
  /** The same site with its variables under the names of the source: what people write and read. Same order and number. */
  named: Site
}

/**
 * How a probe gets into running code. Everything behind `SiteHit` is the same for every engine.
 *
 * `place` puts `hits[i]` on `places[i]`, all or none, and throws `LightrunError` when it cannot. Disposing takes
 * them off; a line that is not probed any more costs nothing.
 */
export interface Engine {
  readonly name: 'weave' | 'inspector'
  place(places: readonly Place[], hits: readonly SiteHit[]): Disposable
}
