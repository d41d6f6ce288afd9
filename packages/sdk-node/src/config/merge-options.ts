import type { StartOptions } from './start-options.ts'

/** Options that are groups of options; everything else is a value and replaces as a whole. */
const GROUPS: ReadonlySet<string> = new Set([
  'metadata',
  'registration',
  'log',
  'agentLog',
  'capture',
  'proxy',
  'quota',
  'weave',
])

/** The first to define an option wins. */
export function mergeOptions(...layers: readonly StartOptions[]): StartOptions {
  return layers.reduceRight<Group>((merged, layer) => overlay(merged, layer as Group), {}) as StartOptions
}

type Group = Record<string, unknown>

function overlay(below: Group, above: Group): Group {
  const merged: Group = { ...below }
  for (const [name, value] of Object.entries(above)) {
    if (value === undefined) continue
    merged[name] = GROUPS.has(name) ? overlay((merged[name] as Group) ?? {}, value as Group) : value
  }
  return merged
}
