import { type CapturedValue, formatPosition, renderValue, type SnapshotHit } from '@lightrun/core'
import { cyan, dim, type Line, red } from '../output/line.ts'
import { plain } from '../output/plain.ts'
import { shellWord } from '../output/quote.ts'
import { displayWidth, fit } from '../output/width.ts'
import { cutPaths } from './cut-paths.ts'

/** Frames shown: those nearest to the line. The rest are counted; `--json` has them all. */
const MAX_FRAMES = 8
/** Lines one value may take on a terminal. The rest are counted; a `--watch` on a part shows that part. */
const MAX_VALUE_LINES = 20
/** Rows one of those lines may take: a long string wraps so often before it is cut. */
const MAX_ROWS = 3
/** Narrower, and every property stands alone. */
const MIN_VALUE_WIDTH = 30
const INDENT = '    '

/** Where it was, then what was there. Without `columns`, a line for each value, as long as it is. */
export function snapshotLines({ frames, variables, watches }: SnapshotHit, columns?: number): Line[] {
  const more = frames.length - MAX_FRAMES
  return [
    ...frames.slice(0, MAX_FRAMES).flatMap((frame): Line[] => {
      const where = formatPosition(frame)
      const locals = frame.variables ?? []
      return [
        [INDENT, dim(`at ${frame.function || '(anonymous)'} (${where})`)],
        ...locals.flatMap(({ name, value }) => valueLines(name, value, columns, INDENT + INDENT)),
      ]
    }),
    ...(more > 0 ? [[INDENT, dim(`… ${more} more frames`)]] : []),
    ...variables.flatMap(({ name, value }) => valueLines(name, value, columns)),
    ...watches.flatMap((watch): Line[] =>
      'error' in watch
        ? [[INDENT, cyan(watch.name), ' ', red(watch.error)]]
        : valueLines(watch.name, watch.value, columns),
    ),
    ...cutLines(variables),
  ]
}

/** How to see what was cut short: a watch has a larger budget. */
function cutLines(variables: SnapshotHit['variables']): Line[] {
  const words = cutPaths(variables).flatMap((path) => ['--watch', shellWord(path)])
  return words.length === 0 ? [] : [[INDENT, dim(`cut short; ask for more of it with: ${plain(words.join(' '))}`)]]
}

function valueLines(name: string, value: CapturedValue, columns: number | undefined, indent = INDENT): Line[] {
  const start = [indent, cyan(name), ' = ']
  if (columns === undefined) return [[...start, renderValue(value)]]
  const width = Math.max(MIN_VALUE_WIDTH, columns - indent.length - displayWidth(plain(name)) - ' = '.length)
  const room = MAX_ROWS * width
  const rendered = renderValue(value, { multiline: true, width, maxLength: MAX_VALUE_LINES * room }).split('\n')
  // Line ends inside captured text are escaped, by `renderValue` and by `plain` here; these are those between lines.
  const [first = '', ...others] = rendered.slice(0, MAX_VALUE_LINES).map((line) => fit(plain(line), room))
  const more = rendered.length - MAX_VALUE_LINES
  return [
    [...start, first],
    ...others.map((line): Line => [indent, line]),
    ...(more > 0 ? [[indent, dim(`… ${more} more lines`)]] : []),
  ]
}
