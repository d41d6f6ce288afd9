import type { ListedVariable, PassedVariable, SharedArguments, SiteVariable } from '../contract.ts'
import { MAX_ARGUMENTS, MAX_CLOSURE_VARIABLES, MAX_FUNCTION_ARGUMENTS, MIN_ARGUMENTS } from '../limits.ts'
import { TEMPORARY } from '../names.ts'
import type { FunctionDraft, SiteDraft } from '../survey/draft.ts'
import type { Binding } from '../survey/scope.ts'
import type { AccessorSlots } from './accessor.ts'
import { exitVariables } from './exits.ts'
import { follow, type Known, type Passed } from './known.ts'
import { type Closure, type ModuleOrder, moduleVariablesAt, type Outside, outsideOf } from './outside.ts'
import { argumentsAt, isHidden, listedAt, type Own } from './variables.ts'

/** What a site offers, and what its probe passes for that, as text. */
export interface SiteArguments {
  readonly variables: readonly SiteVariable[]
  readonly passed: readonly string[]
  /** Where probes share: the slots of the call that have its variables. */
  readonly reads?: readonly number[]
}

/** The arguments of a function's sites, in the order of the text. */
export interface FunctionArguments {
  /** The next site's. */
  of(site: SiteDraft): SiteArguments
  readonly shared?: SharedArguments
}

/** What all functions of a file have in common. */
export interface FileArguments {
  readonly order: ModuleOrder
  readonly slots: AccessorSlots
  /** The name of the module's accessor. */
  readonly accessor: string
  /** Probes of one call share what they pass. */
  readonly together: boolean
}

export function argumentsOf(fn: FunctionDraft, file: FileArguments): FunctionArguments {
  const outside = outsideOf(fn)
  const list = outside.closures.slice(0, MAX_CLOSURE_VARIABLES)
  const owns = new Map<Binding, Own>()
  if (!file.together || !fn.looksOnce || hides(fn.first!, list))
    return { of: (site) => alone(site, outside, file, owns) }
  return together(fn, outside, list, file, owns)
}

/** A function that begins with a block of its own variables, of the same names: there the list would have those. */
function hides({ scope, fn }: SiteDraft, list: readonly Closure[]): boolean {
  return list.some(({ name }) => isHidden(name, scope, null, fn))
}

/** Every probe passes all. */
function alone(site: SiteDraft, outside: Outside, file: FileArguments, owns: Map<Binding, Own>): SiteArguments {
  if (!isStatement(site)) {
    const variables = exitVariables(site)
    return { variables, passed: variables.map(() => TEMPORARY) }
  }
  const own = argumentsAt(site, limitOf(site.fn), owns).map(({ variable }) => variable)
  const visible = outside.closures.filter(({ name }) => !isHidden(name, site.scope, null, site.fn))
  const list = visible.slice(0, MAX_CLOSURE_VARIABLES)
  const module = moduleVariablesAt(site, outside, file.order, file.slots)
  const passed = own.map(({ name }) => name)
  if (list.length > 0) passed.push(listText(list))
  if (module.length > 0) passed.push(accessorText(file))
  return { variables: [...own, ...listedAt(site, list, own.length), ...module], passed }
}

/** Every probe passes what those before it in the same call have not passed, or what may have changed since. */
function together(
  fn: FunctionDraft,
  outside: Outside,
  list: readonly Closure[],
  file: FileArguments,
  owns: Map<Binding, Own>,
): FunctionArguments {
  const slots = new Map<Passed | 'outcome', number>()
  const found = new Map<SiteDraft, SiteArguments>()
  const passes: number[][] = []
  const bringers: number[][] = []

  function slotOf(what: Passed | 'outcome'): number {
    const slot = slots.get(what) ?? slots.size
    slots.set(what, slot)
    return slot
  }
  function onSite(site: SiteDraft, known: Known): void {
    const passed: string[] = []
    const fills: number[] = []
    const needs: number[] = []
    const number = passes.length
    const from = new Set<number>()
    const need = (what: Passed | 'outcome', text: () => string, elusive = false) => {
      const slot = slotOf(what)
      needs.push(slot)
      const before = elusive || what === 'outcome' ? undefined : known.bringersOf(what)
      if (before !== undefined) {
        for (const each of before) from.add(each)
        return
      }
      fills.push(slot)
      passed.push(text())
      if (!elusive && what !== 'outcome') known.add(what, number)
    }
    let variables: SiteVariable[]
    if (isStatement(site)) {
      const own: PassedVariable[] = []
      for (const { variable, what, elusive } of argumentsAt(site, limitOf(fn), owns)) {
        own.push(variable)
        need(what, () => variable.name, elusive)
      }
      let listed: ListedVariable[] = []
      // What is captured stays where it is: one reader serves all the call.
      if (list.length > 0) {
        listed = listedAt(site, list, needs.length)
        need('list', () => listText(list))
      }
      const module = moduleVariablesAt(site, outside, file.order, file.slots)
      if (outside.module.length > 0) need('accessor', () => accessorText(file))
      variables = [...own, ...listed, ...module]
    } else {
      variables = exitVariables(site)
      for (const _ of variables) need('outcome', () => TEMPORARY)
    }
    passes.push(fills)
    bringers.push([...from])
    found.set(site, { variables, passed, reads: needs })
  }

  follow(fn.steps, onSite)
  return { of: (site) => found.get(site)!, shared: { passes, bringers, slots: slots.size } }
}

function isStatement({ form }: SiteDraft): boolean {
  return form === 'statement' || form === 'operand'
}

function listText(list: readonly Closure[]): string {
  return `()=>[${list.map(({ lazy, name }) => (lazy ? `()=>${name}` : name)).join()}]`
}

function accessorText({ accessor }: FileArguments): string {
  return `n=>${accessor}(n)`
}

function limitOf({ siteCount }: FunctionDraft): number {
  const share = Math.floor(MAX_FUNCTION_ARGUMENTS / siteCount)
  return Math.min(MAX_ARGUMENTS, Math.max(MIN_ARGUMENTS, share))
}
