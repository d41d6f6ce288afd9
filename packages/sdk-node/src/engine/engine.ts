import type { Site } from '@lightrun/instrument'
import type { SiteHit } from './cells.ts'

/**
 * How a probe gets into running code. Everything behind `SiteHit` is the same for every engine.
 *
 * `place` puts `hits[i]` on `sites[i]`, all or none, and throws `LightrunError` when it cannot. Disposing takes
 * them off; a line that is not probed any more costs nothing.
 */
export interface Engine {
  readonly name: 'weave' | 'inspector'
  place(sites: readonly Site[], hits: readonly SiteHit[]): Disposable
}
