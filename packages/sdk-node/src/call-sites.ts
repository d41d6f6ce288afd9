/**
 * Frames of the running stack, top first, from the caller of `above` on. `Error.prepareStackTrace` may be the application's: ours
 * stands in for the moment, and an accessor in its place is not touched (then: none).
 */
export function callSites(limit: number, above: (...args: never[]) => unknown): readonly NodeJS.CallSite[] {
  const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
  const depth = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
  if (!isReplaceable(prepare) || !isReplaceable(depth)) return []
  try {
    define('prepareStackTrace', (_error: unknown, sites: NodeJS.CallSite[]) => sites)
    define('stackTraceLimit', limit)
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, above)
    // Formatted here and now, while our preparation stands in.
    const sites = holder.stack
    return Array.isArray(sites) ? (sites as NodeJS.CallSite[]) : []
  } finally {
    restore('prepareStackTrace', prepare)
    restore('stackTraceLimit', depth)
  }
}

const isReplaceable = (property: PropertyDescriptor | undefined) =>
  property === undefined ? Object.isExtensible(Error) : 'value' in property && property.configurable === true

function define(name: string, value: unknown): void {
  Object.defineProperty(Error, name, { value, writable: true, configurable: true, enumerable: true })
}

function restore(name: string, property: PropertyDescriptor | undefined): void {
  if (property === undefined) Reflect.deleteProperty(Error, name)
  else Object.defineProperty(Error, name, property)
}
