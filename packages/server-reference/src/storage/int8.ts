import { LightrunError } from '@lightrun/core'

/** PostgreSQL's type number of int8. Both drivers would otherwise hand out strings or bigints. */
export const INT8_OID = 20

/** @throws LightrunError `internal_error` beyond 2^53 - 1: nothing we store gets there, and a rounded number would be a lie. */
export function parseInt8(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  throw new LightrunError('internal_error', `the database holds ${text}, which is more than a number can say exactly`)
}
