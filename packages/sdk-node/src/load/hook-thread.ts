// Everything is imported statically: what this thread imports later would pass through its own hook.
import { statSync } from 'node:fs'
import { weave } from '@lightrun/instrument'
import { withDiskCache } from './cache/open-cache.ts'
import { createEligibility } from './eligible.ts'
import { isHostFormat, type Source, type Transform } from './load-hook.ts'
import type { HookThreadData, LoadNotice } from './module-hook.ts'
import { pathOf } from './sync-hook.ts'
import { createWeaveOnLoad } from './weave-on-load.ts'
import { createWeaver } from './weaver.ts'

/** Runs on the thread that Node gives to module hooks; its state is one hook's, set by `initialize`. */
let transform: Transform | undefined

/** The hook that was registered last; the ones before have retired. Instances of this file share nothing else. */
const LATEST = Symbol.for('@lightrun/sdk-node/hook-thread')

export function initialize(data: HookThreadData): void {
  const { port, cache, entry } = data
  const notify = (notice: LoadNotice) => port.postMessage(notice)
  const weaveOnLoad = createWeaveOnLoad({
    eligibility: createEligibility(data),
    weaver: withDiskCache(createWeaver(weave), cache, entry),
    recorder: {
      loaded: (script, cells) => notify({ kind: 'loaded', script, cells }),
      excluded: (path, format) => notify({ kind: 'excluded', path, format }),
      isWoven: () => false,
    },
    sizeOnDisk: (path) => statSync(path, { throwIfNoEntry: false })?.size,
  })
  Reflect.set(globalThis, LATEST, port)
  transform = (source, module) => (Reflect.get(globalThis, LATEST) === port ? weaveOnLoad(source, module) : undefined)
  port.unref()
  // The other side closes its end to stop weaving.
  port.once('close', () => {
    transform = undefined
  })
}

interface LoadResult {
  format: string | null | undefined
  source?: Source | null
}

export async function load(
  url: string,
  context: unknown,
  nextLoad: (url: string, context: unknown) => Promise<LoadResult>,
): Promise<LoadResult> {
  const result = await nextLoad(url, context)
  const { source, format } = result
  const path = pathOf(url)
  // CommonJS comes without a source here and is served by the hook on the application's thread.
  if (source === null || source === undefined || path === undefined || !isHostFormat(format)) return result
  const made = transform?.(source, { path, format })
  return made === undefined ? result : { ...result, source: made.code }
}
