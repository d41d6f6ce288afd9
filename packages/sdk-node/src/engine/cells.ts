/**
 * The global property cells that woven code looks at, and what stands in them.
 *
 * A cell is a non-enumerable property of the global object, `undefined` while dormant: V8 folds the check in
 * woven code away as long as the property is constant. Assigning a function deoptimises exactly the code that
 * depends on it. A used cell is no longer constant, so disarming deletes the property and defines a fresh one.
 * A synchronous call looks once, when it begins: what it found then serves it to its end, whatever is armed or disarmed meanwhile.
 */
export interface Cells {
  /** Makes a dormant cell. Harmless when it exists, or cannot be made (a frozen global object). */
  define(name: string): void
  /** Calls `hit` on every pass over `site`, until disposed. Several may share a site. `undefined`: the global object refuses. */
  arm(name: string, site: number, hit: SiteHit): Disposable | undefined
  /** Cells with at least one armed site. */
  readonly armed: number
}

/** Runs on the application's hot path, in the middle of its statement: must not throw. */
export type SiteHit = (args: readonly unknown[]) => void

export function createCells(global: object): Cells {
  const armed = new Map<string, ArmedCell>()

  function fresh(name: string): boolean {
    return Reflect.deleteProperty(global, name) && write(name, undefined)
  }
  function write(name: string, value: unknown): boolean {
    return Reflect.defineProperty(global, name, { value, writable: true, configurable: true, enumerable: false })
  }

  return {
    define(name) {
      if (!Object.hasOwn(global, name)) write(name, undefined)
    },
    arm(name, site, hit) {
      const cell = armed.get(name) ?? new ArmedCell()
      if (cell.empty && !write(name, cell.dispatch)) return undefined
      cell.add(site, hit)
      armed.set(name, cell)
      return {
        [Symbol.dispose]() {
          if (!cell.remove(site, hit) || !cell.empty) return
          armed.delete(name)
          fresh(name)
        },
      }
    },
    get armed() {
      return armed.size
    },
  }
}

const NO_SITE = -1

class ArmedCell {
  readonly #hits = new Map<number, SiteHit[]>()
  readonly #armSites: (sites: readonly (readonly [number, SiteHit])[]) => void
  /** What woven code calls, as long as anything is armed and, in a call that has begun, after that. */
  readonly dispatch: (site: number, ...args: unknown[]) => void

  constructor() {
    // One armed site, the usual case, costs a comparison on the function's other lines.
    let only = NO_SITE
    let onlyHit: SiteHit = () => {}
    // Looked up without a method: the application may have replaced that by one that throws.
    let bySite: Record<number, SiteHit> | undefined
    this.dispatch = (site, ...args) => {
      if (site === only) onlyHit(args)
      else if (bySite !== undefined) bySite[site]?.(args)
    }
    this.#armSites = (sites) => {
      const [first] = sites
      const isOne = sites.length === 1 && first !== undefined
      only = isOne ? first[0] : NO_SITE
      if (isOne) onlyHit = first[1]
      bySite = sites.length > 1 ? Object.assign(Object.create(null), Object.fromEntries(sites)) : undefined
    }
  }

  get empty(): boolean {
    return this.#hits.size === 0
  }
  add(site: number, hit: SiteHit): void {
    this.#hits.set(site, [...(this.#hits.get(site) ?? []), hit])
    this.#change()
  }
  remove(site: number, hit: SiteHit): boolean {
    const hits = this.#hits.get(site)
    if (!hits?.includes(hit)) return false
    const rest = hits.filter((other) => other !== hit)
    if (rest.length > 0) this.#hits.set(site, rest)
    else this.#hits.delete(site)
    this.#change()
    return true
  }

  #change(): void {
    this.#armSites([...this.#hits].map(([site, hits]) => [site, combine(hits)] as const))
  }
}

function combine(hits: readonly SiteHit[]): SiteHit {
  const [only] = hits
  if (hits.length === 1 && only !== undefined) return only
  // By index: an iterator is a method, too.
  return (args) => {
    for (let index = 0; index < hits.length; index++) hits[index]?.(args)
  }
}
