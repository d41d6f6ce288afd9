import { fileURLToPath } from 'node:url'
import { uncurryThis } from '@lightrun/core'
import { catchCallSites } from '../call-sites.ts'
import type { RunningPlace } from '../resolve/resolution.ts'

/** A stack frame before any source map. */
export type RawFrame = RunningPlace

/** Frames of ours and of Node that lie above the application's, at most; more than this is not looked through. */
const SLACK = 10

/** Paths of modules remembered: more than most applications load. One that names its modules anew each time starts afresh. */
export const MAX_KNOWN_PATHS = 2_000

/** The application's stack at a hit, top first, without our own frames. */
export function captureStack(limit: number, isOurs: (file: string) => boolean): RawFrame[] {
  return catchStack(limit, isOurs, captureStack)()
}

/** The same, told when it is asked for: that takes longer than to catch it. Until then it keeps alive what is on the stack. */
export function catchStack(
  limit: number,
  isOurs: (file: string) => boolean,
  above: (...args: never[]) => unknown = catchStack,
): () => RawFrame[] {
  const sites = catchCallSites(limit + SLACK, above)
  let frames: RawFrame[] | undefined
  return () => {
    frames ??= toFrames(sites(), limit, isOurs)
    return frames
  }
}

function toFrames(sites: readonly NodeJS.CallSite[], limit: number, isOurs: (file: string) => boolean): RawFrame[] {
  const frames: RawFrame[] = []
  for (let i = 0; i < sites.length && frames.length < limit; i++) {
    const site = sites[i] as NodeJS.CallSite
    const file = fileOf(site)
    if (frames.length === 0 && (isCondition(site, file) || isOurs(file))) continue
    frames[frames.length] = {
      function: site.getFunctionName() ?? '',
      file,
      line: site.getLineNumber() ?? 0,
      column: site.getColumnNumber() ?? 0,
      exact: false,
    }
  }
  return frames
}

/** A breakpoint's condition calls the hit; V8 evaluates it in a frame of its own. Nothing else without a file is ever probed. */
const isCondition = (site: NodeJS.CallSite, file: string) => file === '' && site.isEval()

const get = uncurryThis(Map.prototype.get) as (map: unknown, name: string) => string | undefined
const set = uncurryThis(Map.prototype.set)
const clear = uncurryThis(Map.prototype.clear)
const startsWith = uncurryThis(String.prototype.startsWith)

/** By URL: a path takes as long as all else of its frame, and the same few modules are on every stack. */
const known = new Map<string, string>()
let knownCount = 0

function fileOf(site: NodeJS.CallSite): string {
  const name = site.getFileName() ?? ''
  if (!startsWith(name, 'file:')) return name
  return get(known, name) ?? learn(name)
}

function learn(url: string): string {
  if (knownCount++ === MAX_KNOWN_PATHS) {
    clear(known)
    knownCount = 1
  }
  const path = fileURLToPath(url)
  set(known, url, path)
  return path
}
