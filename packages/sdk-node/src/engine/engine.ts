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
  /** Why it has no probe of its own although the script is woven, for people. */
  unprobed?: string
}

/**
 * How a probe gets into running code. Everything behind `SiteHit` is the same for every engine.
 *
 * `place` puts `hits[i]` on `places[i]`, all or none, and rejects with a `LightrunError` when it cannot. A hit must not
 * throw, and may dispose or suspend its own placement; a line that is not probed any more costs nothing.
 */
export interface Engine {
  readonly name: 'weave' | 'inspector'
  /** Where reaching a probe costs by itself, whatever it does then: milliseconds of a pass, about. */
  readonly passMs?: number
  place(places: readonly Place[], hits: readonly SiteHit[]): Promise<Placement>
}

/** A probe in running code, until disposed. */
export interface Placement extends Disposable {
  /** Takes the probe off for a while: the code costs nothing, and what passes is not seen. */
  suspend(): void
  /** Puts it back. Not to be called from inside a hit. @throws LightrunError when the place is no more. */
  resume(): void
}
