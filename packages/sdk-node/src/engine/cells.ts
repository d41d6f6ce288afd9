import type { CellFunction, SitePass, Watch } from '@lightrun/instrument'

/**
 * The global property cells that woven code looks at, and what stands in them.
 *
 * A cell is a non-enumerable property of the global object, `undefined` while dormant: V8 folds the check in
 * woven code away as long as the property is constant. Assigning a function deoptimises exactly the code that
 * depends on it. A used cell is no longer constant, so disarming deletes the property and defines a fresh one.
 * A synchronous call looks once, when it begins: what it found then serves it to its end, whatever is armed or disarmed meanwhile.
 */
export interface Cells {
  /** Makes the dormant cells of one text, of which the first stands for path and content. Harmless when they exist, or cannot be made (a frozen global object). */
  define(names: readonly string[]): void
  /**
   * Calls `hit` on every pass over `site`, until disposed. Several may share a site. `watchWith` is `watchCalls` for the sites of the function.
   * `undefined`: the global object refuses.
   */
  arm(name: string, site: number, hit: SiteHit, watchWith: WatchWith): Disposable | undefined
  /** Takes everything off at once, whoever has armed it. Calls nothing that somebody could have replaced; never throws. */
  disarmAll(): void
  /** Cells with at least one armed site. */
  readonly armed: number
}

/** Runs on the application's hot path, in the middle of its statement: must not throw. */
export type SiteHit = SitePass

/** Makes what woven code calls. Handed over, because the weaver's package is loaded with the first question and this with the application. */
export type WatchWith = (watch: Watch) => CellFunction

/** Taken when this file is loaded. */
const { defineProperty, deleteProperty } = Reflect
const { hasOwn } = Object

export function createCells(global: object): Cells {
  // By name, without a prototype or a method: what has replaced one may throw, and a probe would stay for ever.
  const armed: Record<string, ArmedCell> = { __proto__: null } as never

  function fresh(name: string): boolean {
    return deleteProperty(global, name) && write(name, undefined)
  }
  function write(name: string, value: unknown): boolean {
    return defineProperty(global, name, { value, writable: true, configurable: true, enumerable: false })
  }

  return {
    define(names) {
      // One look for all: it is a third of what a cell costs, and an application has thousands.
      const [first] = names
      if (first === undefined || hasOwn(global, first)) return
      for (let index = 0; index < names.length; index++) write(names[index] as string, undefined)
    },
    arm(name, site, hit, watchWith) {
      const cell = armed[name] ?? new ArmedCell(watchWith)
      if (cell.empty && !write(name, cell.dispatch)) return undefined
      cell.add(site, hit)
      armed[name] = cell
      return {
        [Symbol.dispose]() {
          if (!cell.remove(site, hit) || !cell.empty) return
          delete armed[name]
          fresh(name)
        },
      }
    },
    disarmAll() {
      for (const name in armed) {
        armed[name]?.clear()
        delete armed[name]
        try {
          fresh(name)
        } catch {
          // A global object of somebody's own making. What is called there does nothing any more.
        }
      }
    },
    get armed() {
      let count = 0
      for (const _ in armed) count++
      return count
    },
  }
}

const NO_SITE = -1

interface SiteHits {
  readonly site: number
  readonly hit: SiteHit
}

/** Changes without calling a method: a fault half way would leave a probe that nobody takes off. */
class ArmedCell {
  #armed: readonly SiteHits[] = []
  readonly #setSites: (
    only: SiteHits | undefined,
    bySite: Record<number, SiteHit> | undefined,
    numbers: readonly number[],
  ) => void
  /** What woven code calls, as long as anything is armed and, in a call that has begun, after that. */
  readonly dispatch: CellFunction

  constructor(watchWith: WatchWith) {
    // One armed site, the usual case, costs a comparison on the function's other lines.
    let only = NO_SITE
    let onlyHit: SiteHit = () => {}
    // Looked up without a method: the application may have replaced that by one that throws.
    let bySite: Record<number, SiteHit> | undefined
    const watch = {
      passAt: (site: number) => (site === only ? onlyHit : bySite?.[site]),
      // Changed in place: a getter would cost each call 8 ns.
      sites: [] as readonly number[],
    }
    this.dispatch = watchWith(watch)
    this.#setSites = (one, several, numbers) => {
      watch.sites = numbers
      only = one === undefined ? NO_SITE : one.site
      if (one !== undefined) onlyHit = one.hit
      bySite = several
    }
  }

  get empty(): boolean {
    return this.#armed.length === 0
  }
  add(site: number, hit: SiteHit): void {
    this.#change([...this.#armed, { site, hit }])
  }
  remove(site: number, hit: SiteHit): boolean {
    const rest: SiteHits[] = []
    let isFound = false
    for (let index = 0; index < this.#armed.length; index++) {
      const each = this.#armed[index] as SiteHits
      if (each.site === site && each.hit === hit) isFound = true
      else rest[rest.length] = each
    }
    if (isFound) this.#change(rest)
    return isFound
  }
  clear(): void {
    this.#change([])
  }

  #change(armed: readonly SiteHits[]): void {
    this.#armed = armed
    const bySite: Record<number, SiteHit> = { __proto__: null } as never
    const numbers: number[] = []
    for (let index = 0; index < armed.length; index++) {
      const { site, hit } = armed[index] as SiteHits
      const before = bySite[site]
      if (before === undefined) numbers[numbers.length] = site
      bySite[site] = before === undefined ? hit : both(before, hit)
    }
    const first = armed[0]
    if (first === undefined || numbers.length > 1) this.#setSites(undefined, first && bySite, numbers)
    else this.#setSites({ site: first.site, hit: bySite[first.site] as SiteHit }, undefined, numbers)
  }
}

function both(first: SiteHit, second: SiteHit): SiteHit {
  return (args) => {
    first(args)
    second(args)
  }
}
