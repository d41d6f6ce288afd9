const { captureStackTrace } = Error

/**
 * The running stack, from the caller of `above` on, to be told later: V8 notes where it is at once, and makes frames of that when
 * they are asked for. Until then it holds what the frames hold.
 */
export function catchCallSites(limit: number, above: (...args: never[]) => unknown): () => readonly NodeJS.CallSite[] {
  const holder: { stack?: unknown } = {}
  const isCaught = withSetting('stackTraceLimit', limit, () => captureStackTrace(holder, above))
  return isCaught ? () => callSitesIn(holder) : () => []
}

/** Frames of the running stack, top first, from the caller of `above` on. */
export function callSites(limit: number, above: (...args: never[]) => unknown): readonly NodeJS.CallSite[] {
  return catchCallSites(limit, above)()
}

const asTheyAre = (_error: unknown, sites: NodeJS.CallSite[]) => sites

function callSitesIn(holder: { stack?: unknown }): readonly NodeJS.CallSite[] {
  let sites: unknown
  withSetting('prepareStackTrace', asTheyAre, () => {
    sites = holder.stack
  })
  return Array.isArray(sites) ? (sites as NodeJS.CallSite[]) : []
}

type Setting = 'prepareStackTrace' | 'stackTraceLimit'

/**
 * Does the work while a property of `Error`, which may be the application's, has a value of ours. False: there is an accessor in its
 * place, or one that cannot be put back, and nothing is done.
 */
function withSetting(name: Setting, value: unknown, work: () => void): boolean {
  const before = Object.getOwnPropertyDescriptor(Error, name)
  if (before === undefined ? !Object.isExtensible(Error) : !isReplaceable(before)) return false
  try {
    // To assign takes a third of the time of a definition, and nearly always it may be done.
    if (before?.writable === true) assign(name, value)
    else define(name, { value, writable: true, configurable: true, enumerable: true })
    work()
  } finally {
    if (before === undefined) Reflect.deleteProperty(Error, name)
    else if (before.writable === true) assign(name, before.value)
    else define(name, before)
  }
  return true
}

const isReplaceable = (property: PropertyDescriptor) =>
  'value' in property && (property.writable === true || property.configurable === true)

function assign(name: Setting, value: unknown): void {
  ;(Error as { [K in Setting]?: unknown })[name] = value
}

function define(name: Setting, property: PropertyDescriptor): void {
  Object.defineProperty(Error, name, property)
}
