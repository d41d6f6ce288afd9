import { LightrunError } from '@lightrun/core'
import { type Woven, weave } from '@lightrun/instrument'
import type { WovenScript } from '../load/scripts.ts'
import { readSourceMap, type SourceMap, sourceMapUrl } from './source-map.ts'

/** What is known of a loaded script after reading its file again. */
export interface ScriptText {
  map: SourceMap | undefined
  /** Finds the sites by weaving the text again. @throws LightrunError `file_changed`. */
  woven(): Woven
}

export interface ScriptReader {
  read(script: WovenScript): Promise<ScriptText>
}

/** Files kept parsed: a developer asks about a few files at a time. */
export const MAX_PARSED_SCRIPTS = 8

/** Reads scripts and their maps again when an action asks for them; keeps the last few. */
export function createScriptReader(readText: (path: string) => Promise<string>): ScriptReader {
  const recent = new Map<string, Promise<ScriptText>>()

  async function load(script: WovenScript): Promise<ScriptText> {
    const text = await readScript(script, readText)
    const url = sourceMapUrl(text)
    const map = url === undefined ? undefined : await readSourceMap(script.path, url, readText)
    let woven: Woven | undefined
    return {
      map,
      woven: () => {
        woven ??= weaveAgain(script, text)
        return woven
      },
    }
  }

  return {
    read(script) {
      const cached = recent.get(script.fingerprint)
      if (cached !== undefined) {
        recent.delete(script.fingerprint)
        recent.set(script.fingerprint, cached)
        return cached
      }
      const loading = load(script)
      recent.set(script.fingerprint, loading)
      // A failure is not kept: the missing map may be deployed a minute later.
      loading.catch(() => recent.delete(script.fingerprint))
      const [oldest] = recent.keys()
      if (recent.size > MAX_PARSED_SCRIPTS && oldest !== undefined) recent.delete(oldest)
      return loading
    },
  }
}

async function readScript(script: WovenScript, readText: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readText(script.path)
  } catch (cause) {
    throw new LightrunError(
      'file_changed',
      `${script.path} was loaded, but cannot be read any more; restart the process`,
      { cause },
    )
  }
}

function weaveAgain(script: WovenScript, text: string): Woven {
  const woven = weave(text, { filename: script.path, format: script.format })
  if (woven.status === 'woven' && woven.cells[0] === script.fingerprint) return woven
  throw new LightrunError(
    'file_changed',
    `${script.path} is not what the process loaded: it changed on disk, or another tool compiles it on load; restart the process`,
  )
}
