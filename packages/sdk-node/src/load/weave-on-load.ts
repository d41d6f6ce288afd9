import type { ModuleFormat } from '@lightrun/instrument'
import type { Eligibility } from './eligible.ts'
import { asText, type HostFormat, type Source, type Transform, type TransformedModule } from './load-hook.ts'
import { keepText, type TextOrigin } from './script-text.ts'
import type { Script } from './scripts.ts'
import { stripTypes, typeScriptMode } from './strip-types.ts'
import type { Weaver } from './weaver.ts'

export interface WeaveOnLoadOptions {
  eligibility: Eligibility
  weaver: Weaver
  recorder: LoadRecorder
  /** Bytes of a file, `undefined` when there is none. */
  sizeOnDisk: (path: string) => number | undefined
}

/** Is told what loads, while the application waits for it. */
export interface LoadRecorder {
  loaded(script: Script, cells: readonly string[]): void
  excluded(path: string, format: ModuleFormat): void
  /** Whether this is what we made of that path before: some modules pass two hooks. */
  isWoven(path: string, text: string): boolean
}

/** What every hook does with a module: whether to weave it, as what, and what is noted of it. */
export function createWeaveOnLoad({ eligibility, weaver, recorder, sizeOnDisk }: WeaveOnLoadOptions): Transform {
  function weaveModule(source: Source, path: string, format: HostFormat): TransformedModule | undefined {
    const plain = plainFormat(format)
    if (!eligibility.isEligible(path)) {
      if (!eligibility.isOwn(path)) recorder.excluded(path, plain ?? 'commonjs')
      return undefined
    }
    const written = asText(source)
    if (recorder.isWoven(path, written)) return undefined
    const { text, origin } =
      format === plain
        ? { text: written, origin: isOnDisk(path, source) ? undefined : keepText(written) }
        : withoutTypes(written)
    const weaving = weaver(text, path, plain)
    const script = { path, format: weaving.format, ...(origin && { text: origin }) }
    if (weaving.status === 'unwoven') {
      const { status, reason, message } = weaving
      recorder.loaded({ status, ...script, reason, message }, [])
      return undefined
    }
    const { status, cells } = weaving
    recorder.loaded({ status, ...script, fingerprint: cells[0] ?? '' }, cells)
    return { ...weaving, format: plain }
  }

  /**
   * By its size: a tool that changes a text and not its length is noticed only when somebody asks, by the fingerprint.
   * Some loaders drop the three bytes of a byte order mark.
   */
  function isOnDisk(path: string, source: Source): boolean {
    const bytes = typeof source === 'string' ? Buffer.byteLength(source) : source.byteLength
    const size = sizeOnDisk(path)
    return size === bytes || size === bytes + 3
  }

  let busy = false
  return (source, { path, format }) => {
    // What loads while we are at work is ours: the parser, at the first module.
    if (busy) return undefined
    busy = true
    try {
      return weaveModule(source, path, format)
    } catch {
      // A fault of ours must not keep the application from loading; the module runs as it is.
      return undefined
    } finally {
      busy = false
    }
  }
}

/** What Node will compile. Where it refuses, the text stays, and says why it is not woven; Node is about to say so itself. */
function withoutTypes(written: string): { text: string; origin: TextOrigin } {
  const stays: TextOrigin = { from: 'typescript' }
  try {
    const text = stripTypes(written)
    return { text, origin: typeScriptMode() === 'transform' ? keepText(text) : stays }
  } catch {
    return { text: written, origin: stays }
  }
}

/** The format of the JavaScript that TypeScript becomes. */
function plainFormat(format: HostFormat): ModuleFormat | undefined {
  switch (format) {
    case 'commonjs-typescript':
      return 'commonjs'
    case 'module-typescript':
      return 'module'
    case 'typescript':
      return undefined
    default:
      return format
  }
}
