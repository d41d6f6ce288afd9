import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../limits.ts'
import { type BuiltIn, CONSTRUCTORS, COST_CLASSES, FUNCTIONS, METHODS, runsIn, STATICS } from './built-ins.ts'
import { check } from './check.ts'
import { CONSTRUCTS } from './constructs.ts'

const page = await readFile(new URL('../../docs/language.md', import.meta.url), 'utf8')

/** Rows of the table under a heading, without its head. */
function tableUnder(heading: string): string[][] {
  const section = page.split(/^## /m).find((each) => each.startsWith(heading)) ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  )
}

const plainCode = (cell: string) =>
  cell.replace(/^`+ ?| ?`+$/g, (ticks) => (ticks.includes(' ') || ticks === '`' ? '' : ticks))

describe('docs/language.md is the language', () => {
  test('its classes of cost', () => {
    expect(tableUnder('What it costs')).toEqual(Object.entries(COST_CLASSES))
  })

  test('its constructs', () => {
    const rows = tableUnder('Constructs').map(([name, example = '', ...rest]) => [name, plainCode(example), ...rest])
    expect(rows).toEqual(CONSTRUCTS.map(({ name, example, cost }) => [name, example, runsIn(cost), cost]))
  })

  test('its built-ins', () => {
    const documented = tableUnder('Built-ins').flatMap(([of, names = '', evaluator, cost]) =>
      names.split(' ').map((name) => [of, plainCode(name), evaluator, cost].join(' ')),
    )
    const line = (of: string, { name, cost }: BuiltIn) => [of, name, runsIn(cost), cost].join(' ')
    expect(documented.sort()).toEqual(
      [
        ...FUNCTIONS.map((each) => line('functions', each)),
        ...CONSTRUCTORS.map((each) => line('new', each)),
        ...STATICS.map((each) => line(each.of, each)),
        ...METHODS.map((each) => line(`a ${each.of}`, each)),
      ].sort(),
    )
  })

  test('its default budgets', () => {
    const budgets = Object.fromEntries(tableUnder('Budgets').map(([name = '', , size = '']) => [plainCode(name), size]))
    const { fuel, builtLength, copyLength, timeMs, memoryBytes, stackBytes } = DEFAULT_LIMITS
    const spaced = (value: number) => value.toLocaleString('en').replaceAll(',', ' ')
    expect(budgets.fuel).toBe(spaced(fuel))
    expect(budgets.bytes).toBe(`${spaced(builtLength)}; ${spaced(copyLength)}`)
    expect(budgets.time).toBe(`${timeMs}`)
    expect(budgets.memory).toBe(`${memoryBytes / 1024 / 1024} MiB`)
    expect(budgets.stack).toContain(`${stackBytes / 1024} KiB`)
  })
})

test.each(CONSTRUCTS)('$example is allowed, and runs where the table says', ({ example, cost }) => {
  expect(check(example)).toMatchObject({ status: 'ok', engine: runsIn(cost) })
})

test.each([...FUNCTIONS, ...CONSTRUCTORS, ...STATICS, ...METHODS])(
  '$of $name is allowed, and runs where the table says',
  (builtIn) => {
    expect(check(callOf(builtIn))).toMatchObject({ status: 'ok', engine: runsIn(builtIn.cost) })
  },
)

function callOf(builtIn: BuiltIn): string {
  if (CONSTRUCTORS.includes(builtIn)) return `new ${builtIn.name}(x)`
  if (FUNCTIONS.includes(builtIn)) return `${builtIn.name}(x)`
  if (STATICS.includes(builtIn)) return `${builtIn.of}.${builtIn.name}(x)`
  return builtIn.cost === 'callback' ? `x.${builtIn.name}(y => y)` : `x.${builtIn.name}('y')`
}
