import type { CapturedValue, NamedValue } from '@lightrun/core'

/** Paths offered: the first that were cut, which are the shallowest. */
const MAX_PATHS = 3
/** Values looked at for them: a capture has a few thousand at most. */
const MAX_LOOKED_AT = 5_000

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u
/** What a budget left out. The others cannot be had by asking for them. */
const BY_BUDGET: ReadonlySet<unknown> = new Set(['depth', 'items', 'length', 'time', 'bytes'])

/** What was cut short, as expressions that ask for it: a watch has a larger budget. */
export function cutPaths(variables: readonly NamedValue[]): string[] {
  const found: string[] = []
  const queue: [path: string, value: CapturedValue][] = []
  for (const { name, value } of variables) if (name === 'this' || IDENTIFIER.test(name)) queue.push([name, value])
  for (let i = 0; i < queue.length && i < MAX_LOOKED_AT && found.length < MAX_PATHS; i++) {
    const [path, value] = queue[i] as (typeof queue)[number]
    if (isCut(value)) found.push(path)
    // What is below is asked for with it.
    else if (value.type === 'object') queue.push(...within(path, value))
  }
  return found
}

function isCut(value: CapturedValue): boolean {
  // Written out, the global object is of no use to anybody.
  if (value.type === 'omitted') return BY_BUDGET.has(value.reason) && value.of !== 'hole' && value.of !== 'globalThis'
  return 'omitted' in value && BY_BUDGET.has(value.omitted)
}

function within(path: string, { properties = [], items = [], entries = [] }: Within): [string, CapturedValue][] {
  return [
    ...items.map((item, index): [string, CapturedValue] => [`${path}[${index}]`, item]),
    ...properties.flatMap(([name, value]): [string, CapturedValue][] =>
      name.startsWith('Symbol(') ? [] : [[path + member(name), value]],
    ),
    ...entries.flatMap(([key, value]): [string, CapturedValue][] =>
      key.type === 'string' && key.omitted === undefined ? [[`${path}.get(${JSON.stringify(key.value)})`, value]] : [],
    ),
  ]
}

type Within = Extract<CapturedValue, { type: 'object' }>

const member = (name: string) => (IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)
