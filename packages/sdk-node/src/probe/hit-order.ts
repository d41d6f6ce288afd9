import type { HitReport } from '@lightrun/core'

/**
 * Hits of all actions, offered in the order in which they happened, though a snapshot's is worked out later. One that
 * takes long holds the others up, to a bound: then they no longer wait for it.
 */
export interface HitOrder {
  offer(hit: HitReport): void
  /** Takes the place of a hit that is not worked out yet. To be called once: with it, or without when it is lost. */
  reserve(): (hit: HitReport | undefined) => void
  /** Resolves once everything so far was offered. */
  settled(): Promise<void>
}

/** Hits that wait for one before them. Lines of logs are up to 8 KiB each, with their values three times that: 5 MB. */
export const MAX_WAITING_HITS = 200

interface Place {
  isOpen: boolean
  isPassed: boolean
  hit: HitReport | undefined
}

/** In hits; calls no method that the application may have replaced. */
export function createHitOrder(offer: (hit: HitReport) => void): HitOrder {
  let waiting: Place[] = []
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
    for (let index = count; index < before.length; index++) waiting[index - count] = before[index] as Place
    for (let index = 0; index < count; index++) {
      const place = before[index] as Place
      place.isPassed = true
      if (place.hit !== undefined) offer(place.hit)
    }
    if (waiting.length > 0) return
    const settled = settling
    settling = []
    for (let index = 0; index < settled.length; index++) settled[index]?.()
  }

  function wait(place: Place): void {
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
      const place: Place = { isOpen: true, isPassed: false, hit: undefined }
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
