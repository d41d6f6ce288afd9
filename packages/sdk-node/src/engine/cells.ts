/**
 * The global property cells that woven code looks at, and what stands in them.
 *
 * A cell is a non-enumerable property of the global object, `undefined` while dormant: V8 folds the check in
 * woven code away as long as the property is constant. Assigning a function deoptimises exactly the code that
 * depends on it. A used cell is no longer constant, so disarming deletes the property and defines a fresh one.
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
      cell.add(site, hit)
      if (!write(name, cell.dispatcher())) return undefined
      armed.set(name, cell)
      return {
        [Symbol.dispose]() {
          if (!cell.remove(site, hit)) return
          if (!cell.empty) return void write(name, cell.dispatcher())
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

class ArmedCell {
  readonly #hits = new Map<number, SiteHit[]>()

  get empty(): boolean {
    return this.#hits.size === 0
  }
  add(site: number, hit: SiteHit): void {
    this.#hits.set(site, [...(this.#hits.get(site) ?? []), hit])
  }
  remove(site: number, hit: SiteHit): boolean {
    const hits = this.#hits.get(site)
    if (!hits?.includes(hit)) return false
    const rest = hits.filter((other) => other !== hit)
    if (rest.length > 0) this.#hits.set(site, rest)
    else this.#hits.delete(site)
    return true
  }

  /** What woven code calls. One armed site, the usual case, costs a comparison on the function's other lines. */
  dispatcher(): (site: number, ...args: unknown[]) => void {
    const all = [...this.#hits].map(([site, hits]) => [site, combine(hits)] as const)
    const [only] = all
    if (all.length === 1 && only !== undefined) {
      const [armedSite, hit] = only
      return (site, ...args) => {
        if (site === armedSite) hit(args)
      }
    }
    // Looked up without a method: the application may have replaced that by one that throws.
    const bySite: Record<number, SiteHit> = Object.assign(Object.create(null), Object.fromEntries(all))
    return (site, ...args) => bySite[site]?.(args)
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
