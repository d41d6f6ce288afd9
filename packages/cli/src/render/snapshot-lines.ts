import { renderValue, type SnapshotHit } from '@lightrun/core'
import { cyan, dim, type Line, red } from '../output/line.ts'
import { plain } from '../output/plain.ts'
import { fit } from '../output/width.ts'

/** Frames shown: those nearest to the line. The rest are counted; `--json` has them all. */
const MAX_FRAMES = 8
/** Terminal rows one value may take. Larger ones are for `--json`, or for a narrower `--watch`. */
const MAX_VALUE_ROWS = 3
const INDENT = '    '

/** Where it was, then what was there. `columns` absent: values are as long as they are. */
export function snapshotLines({ frames, variables, watches }: SnapshotHit, columns?: number): Line[] {
  const named = (name: string, value: string): Line => {
    const room = columns === undefined ? Number.POSITIVE_INFINITY : columns * MAX_VALUE_ROWS - INDENT.length
    const shown = plain(name)
    return [INDENT, cyan(shown), ' = ', fit(plain(value), Math.max(1, room - shown.length - 3))]
  }
  const more = frames.length - MAX_FRAMES
  return [
    ...frames
      .slice(0, MAX_FRAMES)
      .map(
        (frame): Line => [
          INDENT,
          dim(`at ${frame.function || '(anonymous)'} (${frame.file}:${frame.line}:${frame.column})`),
        ],
      ),
    ...(more > 0 ? [[INDENT, dim(`… ${more} more frames`)] as Line] : []),
    ...variables.map(({ name, value }) => named(name, renderValue(value))),
    ...watches.map(
      (watch): Line =>
        'error' in watch
          ? [INDENT, cyan(watch.name), ' ', red(watch.error)]
          : named(watch.name, renderValue(watch.value)),
    ),
  ]
}
