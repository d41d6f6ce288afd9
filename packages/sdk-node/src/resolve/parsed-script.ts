import { LightrunError } from '@lightrun/core'
import {
  type Insertion,
  originalPosition,
  type ScriptPosition,
  type Site,
  type SurveyedFunction,
  surveySites,
  weave,
} from '@lightrun/instrument'
import type { Script } from '../load/scripts.ts'
import { createLineIndex, type LineIndex } from './map/line-index.ts'

/** What weaving or surveying a script's text again tells. */
export interface ParsedScript {
  readonly text: string
  readonly lines: LineIndex
  readonly sites: readonly Site[]
  readonly functions: readonly SurveyedFunction[]
  /** A place of the running text in `text`. */
  unwoven(position: ScriptPosition): ScriptPosition
}

/** @throws LightrunError `file_changed`, `file_not_woven` */
export function parseScript(script: Script, text: string): ParsedScript {
  const lines = createLineIndex(text)
  return script.status === 'woven' ? parseWoven(script, text, lines) : parseUnwoven(script, text, lines)
}

type WovenScript = Extract<Script, { status: 'woven' }>
type UnwovenScript = Extract<Script, { status: 'unwoven' }>

function parseWoven(script: WovenScript, text: string, lines: LineIndex): ParsedScript {
  const woven = weave(text, { filename: script.path, format: script.format })
  if (woven.status !== 'woven' || woven.cells[0] !== script.fingerprint) {
    throw new LightrunError(
      'file_changed',
      `${script.path} is not what the process loaded: it changed on disk; restart the process`,
    )
  }
  const { sites, functions, insertions } = woven
  return { text, lines, sites, functions, unwoven: turnBack(insertions) }
}

const turnBack = (insertions: readonly Insertion[]) => (position: ScriptPosition) =>
  originalPosition(insertions, position)

function parseUnwoven(script: UnwovenScript, text: string, lines: LineIndex): ParsedScript {
  const surveyed = surveySites(text, { format: script.format })
  if (surveyed.status === 'untouched') {
    throw new LightrunError('file_not_woven', `${script.path} cannot be probed: ${surveyed.message}`, {
      details: { reason: surveyed.reason },
    })
  }
  const { sites, functions } = surveyed
  // There is no cell: another engine than the woven probes' serves these.
  return { text, lines, sites: sites.map(withoutCell), functions, unwoven: (position) => position }
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
