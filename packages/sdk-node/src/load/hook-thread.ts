// Everything is imported statically: what this thread imports later would pass through its own hook.
import { weave } from '@lightrun/instrument'
import { createEligibility, type Eligibility } from './eligible.ts'
import type { HookThreadData, LoadNotice } from './module-hook.ts'
import { asText, toModule } from './sync-hook.ts'

/** Runs on the thread that Node gives to module hooks; its state is one hook's, set by `initialize`. */
let eligibility: Eligibility | undefined
let notify: ((notice: LoadNotice) => void) | undefined

export function initialize(data: HookThreadData): void {
  eligibility = createEligibility(data)
  const { port } = data
  port.unref()
  // The other side closes its end to stop weaving.
  port.once('close', () => {
    eligibility = undefined
  })
  notify = (notice) => port.postMessage(notice)
}

interface LoadResult {
  format: string | null | undefined
  source?: string | ArrayBuffer | NodeJS.TypedArray | null
}

export async function load(
  url: string,
  context: unknown,
  nextLoad: (url: string, context: unknown) => Promise<LoadResult>,
): Promise<LoadResult> {
  const result = await nextLoad(url, context)
  const module = toModule(url, result.format)
  // CommonJS comes without a source here and is served by the hook on the application's thread.
  if (module?.format !== 'module' || !eligibility?.isEligible(module.path)) return result
  const source = asText(result.source)
  if (source === undefined) return result
  const { path, format } = module
  const woven = weave(source, { filename: path, format })
  if (woven.status === 'untouched') {
    notify?.({ script: { status: 'unwoven', path, reason: woven.reason, message: woven.message }, cells: [] })
    return result
  }
  const [fingerprint = ''] = woven.cells
  notify?.({ script: { status: 'woven', path, format, fingerprint }, cells: woven.cells })
  return { ...result, source: woven.code }
}
