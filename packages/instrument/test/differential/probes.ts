import type { Site } from '../../src/contract.ts'
import type { CellFunction } from '../../src/watch-calls.ts'
import { watchCalls } from '../../src/watch-calls.ts'
import type { ProbeCounts, Variant } from './contract.ts'

/** The part of a weaving result that arming needs. */
export interface Armable {
  readonly cells: readonly string[]
  readonly sites: readonly Site[]
  readonly exitSites: readonly Site[]
}

export interface ProbesOptions {
  variant: Variant
  /** Where the cells go. */
  global: object
  /** Looks at everything there is at a hit. Must not run code of the program. */
  snapshot(filename: string, site: Site, args: readonly unknown[]): void
}

/** Beyond these a hit is as light as a log line's: an armed program should not take forever. */
const SNAPSHOTS_PER_SITE = 12

/** Hits after which a cell is disarmed: deleted and defined afresh, which is how an action ends. */
const HITS_PER_CELL = 20_000

const { defineProperty, deleteProperty } = Reflect

/** Defines the cells of woven files and arms a random part of their sites. */
export class Probes {
  readonly #options: ProbesOptions
  #woven = 0
  #armed = 0
  #hits = 0
  #busy = false

  constructor(options: ProbesOptions) {
    this.#options = options
  }

  get counts(): ProbeCounts {
    return { woven: this.#woven, armed: this.#armed, hits: this.#hits }
  }

  /** To be called before the file's code runs. */
  add(filename: string, { cells, ...woven }: Armable): void {
    this.#woven++
    const sites = [...woven.sites, ...woven.exitSites]
    const armed = sites.map(({ cell }, index) => this.#isArmed(cell, index))
    const cellsToArm = new Set(sites.filter((_, index) => armed[index]).map(({ cell }) => cell))
    for (const cell of cells) {
      this.#define(cell, cellsToArm.has(cell) ? this.#hitOf(filename, cell, sites, armed) : undefined)
    }
    this.#armed += armed.filter(Boolean).length
  }

  #isArmed(cell: string, index: number): boolean {
    const { variant } = this.#options
    return variant.weaving === 'armed' && random(`${variant.seed} ${cell} ${index}`) < variant.share
  }

  #define(cell: string, value: unknown): void {
    defineProperty(this.#options.global, cell, { value, writable: true, configurable: true, enumerable: false })
  }

  #hitOf(filename: string, cell: string, sites: readonly Site[], armed: readonly boolean[]): CellFunction {
    let left = HITS_PER_CELL
    const snapshots = new Uint8Array(sites.length)
    const indexOf: number[] = []
    for (const [index, site] of sites.entries()) if (site.cell === cell) indexOf[site.number] = index
    const { shared } = sites[indexOf[0]!]!
    const onPass = (index: number, args: readonly unknown[]): void => {
      this.#hits++
      if (--left === 0) this.#disarm(cell)
      if (!armed[index] || this.#busy || snapshots[index]! >= SNAPSHOTS_PER_SITE) return
      snapshots[index]!++
      this.#busy = true
      try {
        this.#options.snapshot(filename, sites[index]!, args)
      } catch {
        // The end of the stack, which the program meets next, or has made ready for.
      } finally {
        this.#busy = false
      }
    }
    return watchCalls(shared, {
      passAt: (number) => (args) => onPass(indexOf[number]!, args),
      sites: [...indexOf.keys()].filter((number) => armed[indexOf[number]!]),
    })
  }

  #disarm(cell: string): void {
    deleteProperty(this.#options.global, cell)
    this.#define(cell, undefined)
  }
}

/** From 0 to 1, the same for the same text: FNV-1a, its bits mixed. */
function random(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}
