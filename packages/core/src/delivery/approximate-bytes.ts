import type { CapturedValue } from '../model/captured-value.ts'
import type { Report, WatchResult } from '../model/report.ts'

/** JSON around a report, and around a value. */
const BYTES_PER_REPORT = 160
const BYTES_PER_VALUE = 32

/**
 * What a report takes in memory and on the wire, roughly, in some microseconds: encoding it to find out would cost
 * the application ten times as much on every hit.
 */
export function approximateBytes(report: Report): number {
  if (report.kind !== 'hit') return BYTES_PER_REPORT
  const { data } = report
  if (data.type === 'log') return BYTES_PER_REPORT + data.text.length + bytesOfAll(data.fields ?? [])
  return BYTES_PER_REPORT + data.frames.length * 200 + bytesOfAll(data.variables) + bytesOfAll(data.watches)
}

function bytesOfAll(named: readonly WatchResult[]): number {
  let bytes = 0
  const values: CapturedValue[] = []
  for (const each of named) {
    bytes += each.name.length
    if ('value' in each) values.push(each.value)
    else bytes += each.error.length
  }
  for (let value = values.pop(); value !== undefined; value = values.pop()) bytes += bytesOf(value, values)
  return bytes
}

/** Adds what is inside to `rest`: a loop instead of recursion. */
function bytesOf(value: CapturedValue, rest: CapturedValue[]): number {
  if (value.type !== 'object') return BYTES_PER_VALUE + (value.type === 'string' ? value.value.length : 0)
  let bytes = BYTES_PER_VALUE + value.class.length + (value.text?.length ?? 0)
  for (const item of value.items ?? []) rest.push(item)
  for (const [key, held] of value.entries ?? []) rest.push(key, held)
  for (const [name, held] of value.properties ?? []) {
    bytes += name.length
    rest.push(held)
  }
  return bytes
}
