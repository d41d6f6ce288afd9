import { type AgentSet, LightrunError, type Source } from '@lightrun/core'
import type { Kysely } from 'kysely'
import type { Database } from '../storage/database.ts'
import { customNames, type SourceColumns, storedAgentSet, storedSource } from './source-columns.ts'

/** What the source of a row stands for now. */
export type SourceOf = (row: SourceColumns) => Source

/** Of these rows: one query for the custom sources that they name, none when they name none. */
export async function readSources(
  on: Kysely<Database>,
  organisationId: string,
  rows: readonly SourceColumns[],
): Promise<SourceOf> {
  const names = new Set(rows.flatMap((row) => customNames(storedSource(row))))
  if (names.size === 0) return storedSource
  const found = await on
    .selectFrom('custom_sources')
    .select(['name', 'source_kind', 'source_value'])
    .where('organisation_id', '=', organisationId)
    .where('name', 'in', [...names])
    .execute()
  const known = new Map(found.map((row) => [row.name, storedAgentSet(row)]))
  return (row) => withMeanings(storedSource(row), known)
}

function withMeanings(source: Source, known: ReadonlyMap<string, AgentSet>): Source {
  if ('of' in source) return { ...source, of: source.of.map((each) => withMeaning(each, known)) }
  return withMeaning(source, known)
}

function withMeaning<One extends { kind: string; value: string }>(one: One, known: ReadonlyMap<string, AgentSet>): One {
  const is = one.kind === 'custom' ? known.get(one.value) : undefined
  return is === undefined ? one : { ...one, is }
}

/**
 * An action that is live must stand for somebody. Call it after the version was bumped, whose lock makes it exact.
 *
 * @throws LightrunError `source_unknown` for a custom source that has been removed.
 */
export async function checkCustomSources(
  on: Kysely<Database>,
  organisationId: string,
  row: SourceColumns,
): Promise<void> {
  const source = (await readSources(on, organisationId, [row]))(row)
  const removed = ('of' in source ? source.of : [source]).find(
    (each) => each.kind === 'custom' && each.is === undefined,
  )
  if (removed === undefined) return
  throw new LightrunError(
    'source_unknown',
    `there is no custom source ${removed.value} any more; save it again, or ask for other agents`,
  )
}
