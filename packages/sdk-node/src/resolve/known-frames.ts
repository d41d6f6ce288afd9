import type { Script } from '../load/scripts.ts'
import type { RunningPlace, SourceFrame } from './resolution.ts'

/** Frames remembered: more than the stacks of most applications have. One that has more places starts afresh. */
export const MAX_KNOWN_FRAMES = 2_000

/**
 * What maps have told of frames. The same places are on every stack, and to ask the thread that reads maps takes 0.1 ms of this
 * one. A version of a file that is loaded anew is another script, of which nothing is known.
 */
export interface KnownFrames {
  get(script: Script, place: RunningPlace): SourceFrame | undefined
  add(script: Script, place: RunningPlace, frame: SourceFrame): void
}

export function createKnownFrames(): KnownFrames {
  const frames = new Map<string, { script: Script; frame: SourceFrame }>()
  return {
    get(script, place) {
      const known = frames.get(keyOf(place))
      return known?.script === script ? known.frame : undefined
    },
    add(script, place, frame) {
      if (frames.size >= MAX_KNOWN_FRAMES) frames.clear()
      frames.set(keyOf(place), { script, frame })
    },
  }
}

const keyOf = ({ file, line, column, exact, function: name }: RunningPlace) =>
  `${line}:${column}${exact ? '!' : ''} ${name} ${file}`
