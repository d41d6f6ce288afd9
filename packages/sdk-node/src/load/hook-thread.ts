import { createEligibility, type Eligibility } from './eligible.ts'
import type { HookThreadData, LoadNotice } from './module-hook.ts'
import { asText, toModule } from './sync-hook.ts'

/** Runs on the thread that Node gives to module hooks; its state is one hook's, set by `initialize`. */
let eligibility: Eligibility | undefined
let notify: ((notice: LoadNotice) => void) | undefined
/** Loads while the application's thread goes on: that one waits for `initialize`, not for this. */
let weaver: Promise<typeof import('@lightrun/instrument') | undefined> | undefined

export function initialize(data: HookThreadData): void {
  eligibility = createEligibility(data)
  // Without it modules run as they are; a load must not fail for it.
  weaver = import('@lightrun/instrument').catch(() => undefined)
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
  const instrument = await weaver
  if (source === undefined || instrument === undefined) return result
  const { path, format } = module
  const woven = instrument.weave(source, { filename: path, format })
  if (woven.status === 'untouched') {
    notify?.({ script: { status: 'unwoven', path, reason: woven.reason, message: woven.message }, cells: [] })
    return result
  }
  const [fingerprint = ''] = woven.cells
  notify?.({ script: { status: 'woven', path, format, fingerprint }, cells: woven.cells })
  return { ...result, source: woven.code }
}
