import type { Insertion, Site } from './contract.ts'
import type { LineIndex } from './lines.ts'
import { accessorName, accessorParameter, LOOKED, TEMPORARY } from './names.ts'
import type { Plan } from './plan/plan.ts'
import { type AccessorDraft, type Edit, isAccessor, isSite, type SiteForm } from './survey/draft.ts'

/**
 * Puts the plan into the text. Edits come sorted, so one pass of slices does it: measured at half the time that
 * an editing library takes for the same output. Nothing inserted has a line terminator.
 */
export function print(
  source: string,
  lines: LineIndex,
  edits: readonly Edit[],
  plan: Plan,
  key: string,
): { code: string; insertions: Insertion[] } {
  const insertions: Insertion[] = []
  let code = ''
  let from = 0
  let line = -1
  let shift = 0
  const insert = (at: number, text: string) => {
    code += source.slice(from, at) + text
    from = at
    const position = lines.position(at)
    if (position.line !== line) shift = 0
    line = position.line
    insertions.push({ position, length: text.length, shift })
    shift += text.length
  }
  for (const { at, insert: what } of edits) {
    const text = isSite(what)
      ? framed(plan.siteOf.get(what)!, plan.passed.get(what)!, what.form)
      : isAccessor(what)
        ? accessorFunction(what, key)
        : typeof what === 'string'
          ? what
          : what.text
    if (text !== '') insert(at, text)
  }
  return { code: code + source.slice(from), insertions }
}

function framed(site: Site, passed: readonly string[], form: SiteForm): string {
  switch (form) {
    case 'statement':
      return `${statement(site, passed)};`
    case 'operand':
      return `${operand(site, passed)},`
    case 'outcome':
      return `,${operand(site, passed)},${TEMPORARY})`
    case 'outcome-statement':
      return `;${statement(site, passed)};return ${TEMPORARY}`
    case 'end':
      return `;${statement(site, passed)}`
    case 'leave':
      return `}finally{${statement(site, passed)}}`
  }
}

/**
 * The first probe of a function that looks once is the look, and `$lr_p` is what its cell answers. Written like this, each of the others is two
 * instructions of bytecode while it is dormant (`if` with a comparison; `&&` makes it four), which every tier compiles in line.
 * The truth of a value would be a call.
 */
function statement(site: Site, passed: readonly string[]): string {
  const { cell, number, shared } = site
  if (!isOfSeveral(shared)) return operand(site, passed)
  if (number === 0) return `var ${LOOKED};if(typeof ${cell}=="function")${LOOKED}=${cell}(${passed.join()})`
  return `if(${LOOKED}!==void 0)${LOOKED}(${[number, ...passed].join()})`
}

/** `typeof` keeps a function harmless where its cell does not exist: serialised, or in another realm. */
function operand({ cell, number, shared }: Site, passed: readonly string[]): string {
  const numbered = [number, ...passed]
  if (isOfSeveral(shared)) return `${LOOKED}===void 0||${LOOKED}(${numbered.join()})`
  return `typeof ${cell}=="function"&&${cell}(${(shared === undefined ? numbered : passed).join()})`
}

const isOfSeveral = (shared: Site['shared']) => shared !== undefined && shared.passes.length > 1

/** Hoisted, so it is there in import cycles. It throws for a variable that is uninitialised: that is the answer. */
function accessorFunction(accessor: AccessorDraft, key: string): string {
  if (accessor.slots.size === 0) return ''
  const parameter = accessorParameter(key)
  const cases = Array.from(accessor.slots, ([slot, variable]) => `case ${slot}:return ${variable}`)
  let { next } = accessor
  while (next !== null && next.slots.size === 0) next = next.next
  if (next !== null) cases.push(`default:return ${accessorName(key, next.fn.ordinal)}(${parameter})`)
  return `;function ${accessorName(key, accessor.fn.ordinal)}(${parameter}){switch(${parameter}){${cases.join(';')}}}`
}
