import { LightrunError } from '@lightrun/core'
import type { DebuggerScript, ScriptDebugger } from './script-debugger.ts'

/**
 * What V8 has of a file: a module imported under two queries, or required again, is there twice.
 *
 * @throws LightrunError `file_changed` when it has another text, `file_not_woven` when it has none, or only in another realm
 */
export function findInstances(
  scriptDebugger: Pick<ScriptDebugger, 'scripts' | 'textOf'>,
  path: string,
  text: string,
): DebuggerScript[] {
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
