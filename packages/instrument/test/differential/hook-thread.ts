// Node 20: ES modules pass through a thread that Node gives to such hooks.
import { fileURLToPath } from 'node:url'
import { weave } from '../../src/index.ts'
import { ARM, type HookThreadData, moduleText, type Notice } from './hook-modules.ts'

let data: HookThreadData

export function initialize(given: HookThreadData): void {
  data = given
}

type Load = (url: string, context: unknown) => Promise<{ format?: string; source?: string }>

export async function load(url: string, context: unknown, next: Load): ReturnType<Load> {
  const loaded = await next(url, context)
  const source = moduleText(url, loaded)
  if (source === undefined || !data.weaving) return loaded
  const filename = fileURLToPath(url)
  const result = weave(source, { filename, format: 'module' })
  if (result.status === 'untouched') {
    if (result.reason !== 'nothing_to_weave') tell({ filename, untouched: `${result.reason}: ${result.message}` })
    return loaded
  }
  tell({ filename, woven: { cells: result.cells, sites: result.sites, exitSites: result.exitSites } })
  return { ...loaded, source: withArming(result.code) }
}

function tell(notice: Notice): void {
  data.port.postMessage(notice)
}

/** On the first line, or on the second after a hashbang: lines stay. */
function withArming(code: string): string {
  return code.replace(/^(#!.*\n)?/, `$1typeof ${ARM}=="function"&&${ARM}();`)
}
