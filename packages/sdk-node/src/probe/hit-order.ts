/**
 * Hits of all actions, offered in the order in which they happened, though a snapshot's is worked out later. One that
 * takes long holds the others up, to a bound: then they no longer wait for it.
 */
export interface HitOrder<Hit> {
  offer(hit: Hit): void
  /** Takes the place of a hit that is not worked out yet. To be called once: with it, or without when it is lost. */
  reserve(): (hit: Hit | undefined) => void
  /** Resolves once everything so far was offered. */
  settled(): Promise<void>
}

/** Hits that wait for one before them. Lines of logs are up to 8 KiB each, with their values three times that: 5 MB. */
export const MAX_WAITING_HITS = 200

interface Place<Hit> {
  isOpen: boolean
  isPassed: boolean
  hit: Hit | undefined
}

/**
 * In hits; calls no method that the application may have replaced.
 *
 * @param lose takes instead a hit that was waiting and could not be offered. Must not throw.
 */
export function createHitOrder<Hit>(
  offer: (hit: Hit) => unknown,
  lose: (hit: Hit, cause: unknown) => void,
): HitOrder<Hit> {
  let waiting: Place<Hit>[] = []
  let settling: (() => void)[] = []

  /** Offers what no longer waits for anything. */
  function advance(): void {
    let count = 0
    while (count < waiting.length && !waiting[count]?.isOpen) count++
    release(count)
  }

  function release(count: number): void {
    const before = waiting
    waiting = []
    for (let index = count; index < before.length; index++) waiting[index - count] = before[index] as Place<Hit>
    for (let index = 0; index < count; index++) {
      const place = before[index] as Place<Hit>
      place.isPassed = true
      if (place.hit !== undefined) offerOrLose(place.hit)
    }
    if (waiting.length > 0) return
    const settled = settling
    settling = []
    for (let index = 0; index < settled.length; index++) settled[index]?.()
  }

  function offerOrLose(hit: Hit): void {
    try {
      offer(hit)
    } catch (cause) {
      // The fault of one, and not of those behind it.
      lose(hit, cause)
    }
  }

  function wait(place: Place<Hit>): void {
    waiting[waiting.length] = place
    // Whoever is not ready by now comes when it is.
    if (waiting.length > MAX_WAITING_HITS) release(waiting.length)
  }

  return {
    offer(hit) {
      if (waiting.length === 0) offer(hit)
      else wait({ isOpen: false, isPassed: false, hit })
    },
    reserve() {
      const place: Place<Hit> = { isOpen: true, isPassed: false, hit: undefined }
      wait(place)
      return (hit) => {
        if (!place.isOpen) return
        place.isOpen = false
        if (!place.isPassed) {
          place.hit = hit
          advance()
        } else if (hit !== undefined) offer(hit)
      }
    },
    settled() {
      if (waiting.length === 0) return Promise.resolve()
      return new Promise((resolve) => {
        settling[settling.length] = resolve
      })
    },
  }
}
