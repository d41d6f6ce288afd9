import { LightrunError } from '@lightrun/core'
import type { SurveyedSite } from '@lightrun/instrument'
import type { Script } from '../../load/scripts.ts'
import type { BreakLocation, DebuggerScript, ScriptDebugger } from './script-debugger.ts'

/**
 * Where V8 can stop for a site: once in each instance of the script that has this very text.
 *
 * @throws LightrunError `file_changed`, `file_not_woven` when V8 does not have the script or it runs in another realm,
 * `no_code_at_line` when V8 made no code for the statement that it could stop at
 */
export function findBreakLocations(
  scriptDebugger: ScriptDebugger,
  script: Script,
  text: string,
  site: SurveyedSite,
): BreakLocation[] {
  const instances = instancesOf(scriptDebugger, script.path, text)
  const locations = instances.flatMap((instance) => locationIn(scriptDebugger, instance, site) ?? [])
  if (locations.length > 0) return locations
  throw new LightrunError(
    'no_code_at_line',
    `V8 cannot stop at the statement in ${script.path}:${site.position.line + 1}: it has no effect, or has run for the last time; take a line below or inside it`,
  )
}

function instancesOf(scriptDebugger: ScriptDebugger, path: string, text: string): DebuggerScript[] {
  const all = [...scriptDebugger.scripts()].filter((each) => each.path === path)
  const here = all.filter(({ mainRealm }) => mainRealm)
  const same = here.filter((each) => each.length === text.length && scriptDebugger.textOf(each) === text)
  if (same.length > 0) return same
  if (here.length > 0) {
    throw new LightrunError(
      'file_changed',
      `${path} is not what the process loaded: it changed on disk, or another tool compiles it on load; restart the process`,
    )
  }
  const message =
    all.length > 0
      ? `${path} runs in a realm of its own (node:vm, or a test runner), which the debugger's probes do not reach; preload lightrun`
      : `${path} was loaded, but V8 has its code no more`
  throw new LightrunError('file_not_woven', message)
}

/**
 * The first location within the statement, and in its function: where a statement has none, V8 would go on to the next
 * code there is. That may be the initializer of a class field, where evaluating a condition ends the process (V8 12.4).
 */
function locationIn(
  scriptDebugger: ScriptDebugger,
  instance: DebuggerScript,
  { position, end }: SurveyedSite,
): BreakLocation | undefined {
  return scriptDebugger.breakLocations(instance, position, end)[0]
}
