import { LightrunError } from '@lightrun/core'
import {
  originalPosition,
  type ScriptPosition,
  type Site,
  type SkippedRegion,
  type SkipReason,
  type SurveyedFunction,
  type SurveyedSite,
  surveySites,
  type WovenFunction,
  weave,
  wovenPosition,
} from '@lightrun/instrument'
import type { Script, UnwovenScript, WovenScript } from '../load/scripts.ts'

/** What weaving or surveying a script's text again tells. */
export interface ParsedScript {
  readonly sites: readonly Site[]
  /** Those of woven text that have no probe, because the weaver left them as they are. */
  readonly left: ReadonlyMap<Site, LeftSite>
  readonly functions: readonly SurveyedFunction[]
  /** Those of woven text, whose calls pass probes of their own. */
  readonly wovenFunctions: readonly WovenFunction[]
  /** A place of the running text in the text that was woven. */
  unwoven(position: ScriptPosition): ScriptPosition
}

export interface LeftSite {
  /** The same where it is in the running text. */
  running: Site
  /** Why it has no probe, for people. */
  reason: string
}

/** The body of `with` is served by no engine, so a survey has no site there. */
type ServedReason = Exclude<SkipReason, 'with_body'>

const REASONS: Record<ServedReason, string> = {
  asm: 'it is asm.js, which V8 compiles only as it is',
  too_deep: 'it is nested too deep for a probe',
}

/** @throws LightrunError `file_changed`, `file_not_woven` */
export function parseScript(script: Script, text: string): ParsedScript {
  return script.status === 'woven' ? parseWoven(script, text) : parseUnwoven(script, text)
}

function parseWoven(script: WovenScript, text: string): ParsedScript {
  const woven = weave(text, { filename: script.path, format: script.format })
  if (woven.status !== 'woven' || woven.cells[0] !== script.fingerprint) {
    throw new LightrunError(
      'file_changed',
      `${script.path} is not what the process loaded: it changed on disk; restart the process`,
    )
  }
  const { functions, insertions, skipped } = woven
  const left = new Map<Site, LeftSite>()
  const running = (position: ScriptPosition) => wovenPosition(insertions, position)
  for (const { site, reason } of skipped.length === 0 ? [] : sitesLeft(text, script, skipped, woven.sites)) {
    const moved = { position: running(site.position), end: running(site.end) }
    left.set(site, { running: { ...site, ...moved }, reason: REASONS[reason] })
  }
  return {
    sites: left.size === 0 ? woven.sites : [...woven.sites, ...left.keys()].sort(byPosition),
    left,
    functions,
    wovenFunctions: functions,
    unwoven: (position) => originalPosition(insertions, position),
  }
}

/** What a debugger could serve where there is no probe. */
function sitesLeft(
  text: string,
  { format }: Script,
  skipped: readonly SkippedRegion[],
  woven: readonly Site[],
): { site: Site; reason: ServedReason }[] {
  const surveyed = surveySites(text, { format })
  if (surveyed.status === 'untouched') return []
  const probed = new Set(woven.map(({ position }) => `${position.line}:${position.column}`))
  return surveyed.sites.flatMap((site) => {
    const { position } = site
    if (probed.has(`${position.line}:${position.column}`)) return []
    const region = skipped.find(({ start, end }) => compare(start, position) <= 0 && compare(position, end) < 0)
    const reason = region?.reason
    return reason === undefined || reason === 'with_body' ? [] : [{ site: withoutCell(site), reason }]
  })
}

const compare = (a: ScriptPosition, b: ScriptPosition) => a.line - b.line || a.column - b.column
const byPosition = (a: Site, b: Site) => compare(a.position, b.position)

function parseUnwoven(script: UnwovenScript, text: string): ParsedScript {
  const surveyed = surveySites(text, { format: script.format })
  if (surveyed.status === 'untouched') {
    throw new LightrunError('file_not_woven', `${script.path} cannot be probed: ${surveyed.message}`, {
      details: { reason: surveyed.reason },
    })
  }
  const { sites, functions } = surveyed
  // There is no cell: another engine than the woven probes' serves these.
  return {
    sites: sites.map(withoutCell),
    left: new Map(),
    functions,
    wovenFunctions: [],
    unwoven: (position) => position,
  }
}

/** The sites of a surveyed text work out their variables when asked; so does this. */
function withoutCell(site: SurveyedSite): Site {
  const { index, position, end } = site
  return {
    index,
    number: index,
    position,
    end,
    function: site.function,
    cell: '',
    get variables() {
      return site.variables
    },
  }
}
