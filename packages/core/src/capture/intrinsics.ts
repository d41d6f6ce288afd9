import { uncurryThis } from '../mirror/uncurry-this.ts'

/** Taken once, so that patches of the application do not run. See the mirror's. */
export function takeCaptureIntrinsics() {
  return {
    slice: uncurryThis(String.prototype.slice),
    charCodeAt: uncurryThis(String.prototype.charCodeAt),
    mapGet: uncurryThis(Map.prototype.get),
    mapSet: uncurryThis(Map.prototype.set),
    symbolText: String as (symbol: symbol) => string,
  }
}

export type CaptureIntrinsics = ReturnType<typeof takeCaptureIntrinsics>
