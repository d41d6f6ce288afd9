import { fileURLToPath } from 'node:url'
import { callSites } from '../call-sites.ts'
import type { RunningPlace } from '../resolve/resolution.ts'

/** A stack frame before any source map. */
export type RawFrame = RunningPlace

/** Frames of ours and of Node that lie above the application's, at most; more than this is not looked through. */
const SLACK = 10

/** The application's stack at a hit, top first, without our own frames. */
export function captureStack(limit: number, isOurs: (file: string) => boolean): RawFrame[] {
  return toFrames(callSites(limit + SLACK, captureStack), limit, isOurs)
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
