import { LightrunError } from '@lightrun/core'
import {
  originalPosition,
  type ScriptPosition,
  type Site,
  type SurveyedFunction,
  surveySites,
  type WovenFunction,
  weave,
} from '@lightrun/instrument'
import type { Script, UnwovenScript, WovenScript } from '../load/scripts.ts'

/** What weaving or surveying a script's text again tells. */
export interface ParsedScript {
  readonly sites: readonly Site[]
  readonly functions: readonly SurveyedFunction[]
  /** Those of woven text, whose calls pass probes of their own. */
  readonly wovenFunctions: readonly WovenFunction[]
  /** A place of the running text in the text that was woven. */
  unwoven(position: ScriptPosition): ScriptPosition
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
  const { sites, functions, insertions } = woven
  return {
    sites,
    functions,
    wovenFunctions: functions,
    unwoven: (position) => originalPosition(insertions, position),
  }
}

function parseUnwoven(script: UnwovenScript, text: string): ParsedScript {
  const surveyed = surveySites(text, { format: script.format })
  if (surveyed.status === 'untouched') {
    throw new LightrunError('file_not_woven', `${script.path} cannot be probed: ${surveyed.message}`, {
      details: { reason: surveyed.reason },
    })
  }
  const { sites, functions } = surveyed
  // There is no cell: another engine than the woven probes' serves these.
  return { sites: sites.map(withoutCell), functions, wovenFunctions: [], unwoven: (position) => position }
}

/** The sites of a surveyed text work out their variables when asked; so does this. */
function withoutCell(site: Omit<Site, 'cell'>): Site {
  const { index, position, end } = site
  return {
    index,
    position,
    end,
    function: site.function,
    cell: '',
    get variables() {
      return site.variables
    },
  }
}
