import { LightrunError } from '@lightrun/core'
import { programOf } from '../../load/program.ts'
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
  // Woven CommonJS may have been compiled with Node's old wrapper around it; an offset keeps its positions.
  const texts = [text, programOf(text)]
  const isSame = (each: DebuggerScript) =>
    texts.some((one) => one.length === each.length && one === scriptDebugger.textOf(each))
  const same = here.filter(isSame)
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
