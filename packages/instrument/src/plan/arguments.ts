import type { ListedVariable, PassedVariable, SharedArguments, SiteVariable } from '../contract.ts'
import { MAX_ARGUMENTS, MAX_FUNCTION_ARGUMENTS, MIN_ARGUMENTS } from '../limits.ts'
import { accessorName, TEMPORARY } from '../names.ts'
import type { AccessorDraft, FunctionDraft, SiteDraft } from '../survey/draft.ts'
import { countProbes } from '../survey/exits.ts'
import type { Binding } from '../survey/scope.ts'
import type { AccessorSlots } from './accessor.ts'
import { exitVariables } from './exits.ts'
import { follow, type Known, type Passed } from './known.ts'
import { accessibleAt, type Closure, type ModuleOrder, moduleVariablesAt, type Outside, outsideOf } from './outside.ts'
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
  /** The file's part of names. */
  readonly key: string
  /** Probes of one call share what they pass. */
  readonly together: boolean
}

export function argumentsOf(fn: FunctionDraft, file: FileArguments): FunctionArguments {
  const outside = outsideOf(fn, file.slots)
  const owns = new Map<Binding, Own>()
  if (file.together && fn.looksOnce && !hides(fn.first!, outside.closures)) return together(fn, outside, file, owns)
  const of = (site: SiteDraft) => alone(site, outside, file, owns)
  return file.together && countProbes(fn) === 1 ? { of, shared: SINGLE } : { of }
}

/** Of a function with one probe, which passes all there is and is told by its cell. */
const SINGLE: SharedArguments = { passes: [[]], bringers: [[]], slots: 0 }

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
  const isModule = site.fn.kind === 'module'
  const accessible = isModule ? moduleVariablesAt(site, file.order, file.slots) : accessibleAt(site, outside)
  const passed = own.map(({ name }) => name)
  if (visible.length > 0) passed.push(listText(visible))
  if (accessible.length > 0) passed.push(accessorText(isModule ? file.order.accessor : outside.accessor!, file))
  return { variables: [...own, ...listedAt(site, visible, own.length), ...accessible], passed }
}

/** Every probe passes what those before it in the same call have not passed, or what may have changed since. */
function together(
  fn: FunctionDraft,
  outside: Outside,
  file: FileArguments,
  owns: Map<Binding, Own>,
): FunctionArguments {
  const list = outside.closures
  const { accessor } = outside
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
      const accessible = accessibleAt(site, outside)
      if (accessor !== null) need('accessor', () => accessorText(accessor, file))
      variables = [...own, ...listed, ...accessible]
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

function accessorText({ fn }: AccessorDraft, { key }: FileArguments): string {
  return accessorName(key, fn.ordinal)
}

function limitOf({ siteCount }: FunctionDraft): number {
  const share = Math.floor(MAX_FUNCTION_ARGUMENTS / siteCount)
  return Math.min(MAX_ARGUMENTS, Math.max(MIN_ARGUMENTS, share))
}
