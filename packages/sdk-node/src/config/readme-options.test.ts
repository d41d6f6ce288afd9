import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { optionsFromEnvironment } from './environment.ts'
import { Options } from './read-config.ts'

/** What it takes to know a schema's options by their names. */
interface Schema {
  _zod: { def: { innerType?: Schema; shape?: Record<string, Schema> } }
}

function namesIn(schema: Schema, prefix = ''): string[] {
  const { innerType, shape } = schema._zod.def
  if (innerType !== undefined) return namesIn(innerType, prefix)
  if (shape === undefined) return [prefix]
  return Object.entries(shape).flatMap(([name, each]) => namesIn(each, prefix === '' ? name : `${prefix}.${name}`))
}

/** The variables that are asked for, whatever they are. */
function variables(): string[] {
  const asked = new Set<string>()
  optionsFromEnvironment(new Proxy({}, { get: (_, name) => void asked.add(String(name)) }))
  return [...asked]
}

describe('the table of options in the README', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [table = ''] = /^\| option [\s\S]*?\n\n/m.exec(readme) ?? []
  const rows = table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) => row.split(/ *\| */).slice(1))
  const firstCode = (cell = '') => /`([^`]+)`/.exec(cell)?.[1]

  it('lists the options that exist, each once', () => {
    expect(rows.map(([option]) => firstCode(option)).sort()).toEqual(namesIn(Options as unknown as Schema).sort())
  })

  it('lists the variables that are read, each once', () => {
    const listed = rows.flatMap(([, variable]) => firstCode(variable) ?? [])
    expect(listed.sort()).toEqual(variables().sort())
  })
})
