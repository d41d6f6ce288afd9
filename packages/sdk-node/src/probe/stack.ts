import { fileURLToPath } from 'node:url'
import type { RunningPlace } from '../resolve/resolution.ts'

/** A stack frame before any source map. */
export type RawFrame = RunningPlace

/** Frames of ours and of Node that lie above the application's, at most; more than this is not looked through. */
const SLACK = 10

/**
 * The application's stack at a hit, top first, without our own frames. `Error.prepareStackTrace` may be the
 * application's: ours stands in for the moment, and an accessor in its place is not touched (then: no frames).
 */
export function captureStack(limit: number, isOurs: (file: string) => boolean): RawFrame[] {
  const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
  const depth = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
  if (!isReplaceable(prepare) || !isReplaceable(depth)) return []
  try {
    define('prepareStackTrace', (_error: unknown, sites: NodeJS.CallSite[]) => sites)
    define('stackTraceLimit', limit + SLACK)
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, captureStack)
    // Formatted here and now, while our preparation stands in.
    const sites = holder.stack
    return Array.isArray(sites) ? toFrames(sites as NodeJS.CallSite[], limit, isOurs) : []
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

function toFrames(sites: readonly NodeJS.CallSite[], limit: number, isOurs: (file: string) => boolean): RawFrame[] {
  const start = sites.findIndex((site) => !isCondition(site) && !isOurs(fileOf(site)))
  return (start === -1 ? [] : sites.slice(start, start + limit)).map((site) => ({
    function: site.getFunctionName() ?? '',
    file: fileOf(site),
    line: site.getLineNumber() ?? 0,
    column: site.getColumnNumber() ?? 0,
    exact: false,
  }))
}

/** A breakpoint's condition calls the hit; V8 evaluates it in a frame of its own. Nothing else without a file is ever probed. */
const isCondition = (site: NodeJS.CallSite) => site.isEval() && fileOf(site) === ''

function fileOf(site: NodeJS.CallSite): string {
  const name = site.getFileName() ?? ''
  return name.startsWith('file:') ? fileURLToPath(name) : name
}
