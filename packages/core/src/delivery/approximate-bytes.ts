import type { CapturedValue } from '../model/captured-value.ts'
import type { WatchResult } from '../model/report.ts'
import type { Outgoing } from '../protocol/log-line.ts'

/** JSON around a report, and around a value. */
const BYTES_PER_REPORT = 160
const BYTES_PER_VALUE = 32

/**
 * What a report takes in memory and on the wire, roughly, in some microseconds: encoding it to find out would cost
 * the application ten times as much on every hit.
 */
export function approximateBytes(report: Outgoing): number {
  if (report.kind === 'line') return report.bytes
  if (report.kind !== 'hit') return BYTES_PER_REPORT
  const { data } = report
  if (data.type === 'log') return BYTES_PER_REPORT + data.text.length + bytesOfAll(data.fields ?? [])
  return BYTES_PER_REPORT + data.frames.length * 200 + bytesOfAll(data.variables) + bytesOfAll(data.watches)
}

// Within a hit: no iterator and no method of a list, which the application may have replaced.

function bytesOfAll(named: readonly WatchResult[]): number {
  let bytes = 0
  const rest: CapturedValue[] = []
  for (let i = 0; i < named.length; i++) {
    const each = named[i] as WatchResult
    bytes += each.name.length
    if ('value' in each) rest[rest.length] = each.value
    else bytes += each.error.length
  }
  // A list that grows while it is gone through, instead of recursion.
  for (let i = 0; i < rest.length; i++) bytes += bytesOf(rest[i] as CapturedValue, rest)
  return bytes
}

/** Adds what is inside to `rest`. */
function bytesOf(value: CapturedValue, rest: CapturedValue[]): number {
  if (value.type !== 'object') return BYTES_PER_VALUE + (value.type === 'string' ? value.value.length : 0)
  const { items, entries, properties } = value
  let bytes = BYTES_PER_VALUE + value.class.length + (value.text?.length ?? 0)
  if (items !== undefined) {
    for (let i = 0; i < items.length; i++) rest[rest.length] = items[i] as CapturedValue
  }
  if (entries !== undefined) {
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as (typeof entries)[number]
      rest[rest.length] = entry[0]
      rest[rest.length] = entry[1]
    }
  }
  if (properties !== undefined) {
    for (let i = 0; i < properties.length; i++) {
      const property = properties[i] as (typeof properties)[number]
      bytes += property[0].length
      rest[rest.length] = property[1]
    }
  }
  return bytes
}
