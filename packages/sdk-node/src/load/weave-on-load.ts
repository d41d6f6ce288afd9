import { weave } from '@lightrun/instrument'
import type { Cells } from '../engine/cells.ts'
import type { Eligibility } from './eligible.ts'
import type { ModuleToLoad, Transform } from './load-hook.ts'
import type { Scripts } from './scripts.ts'

export interface WeaveOnLoadOptions {
  eligibility: Eligibility
  scripts: Scripts
  cells: Cells
}

/** The transform of the hooks that run on the application's thread. */
export function createWeaveOnLoad({ eligibility, scripts, cells }: WeaveOnLoadOptions): Transform {
  function weaveModule(source: string, { path, format }: ModuleToLoad): string | undefined {
    if (!eligibility.isEligible(path)) return undefined
    const result = weave(source, { filename: path, format })
    if (result.status === 'untouched') {
      scripts.add({ status: 'unwoven', path, reason: result.reason, message: result.message })
      return undefined
    }
    for (const cell of result.cells) cells.define(cell)
    scripts.add({ status: 'woven', path, format, fingerprint: result.cells[0] ?? '' })
    return result.code
  }

  return (source, module) => {
    try {
      return weaveModule(source, module)
    } catch {
      // A fault of ours must not keep the application from loading; the module runs as it is.
      return undefined
    }
  }
}
