export interface RunnableBlock {
  /** `packages/core/README.md:12`: the line of the fence. */
  title: string
  language: 'js' | 'ts'
  commonjs: boolean
  code: string
  /** What standard output must match; `…` in the README stands for anything. */
  output?: RegExp
}

/**
 * The blocks after a `<!-- run -->` line. When the next block is a ```text block after a `<!-- output -->` line,
 * it is what the code prints.
 */
export function runnableBlocks(markdown: string, file: string): RunnableBlock[] {
  const found: RunnableBlock[] = []
  let last: RunnableBlock | undefined
  for (const match of markdown.matchAll(/^(?:<!-- (run|output) -->\n\n?)?```(\w*)\n(.*?)^```$/gms)) {
    const [, mark, language, code = ''] = match
    const line = markdown.slice(0, match.index + match[0].indexOf('```')).split('\n').length
    if (mark === 'run') {
      if (language !== 'js' && language !== 'ts') throw new Error(`${file}:${line} cannot be run: it is not js or ts`)
      last = { title: `${file}:${line}`, language, commonjs: /\brequire\(/.test(code), code }
      found.push(last)
    } else if (mark === 'output') {
      if (last === undefined) throw new Error(`${file}:${line} is the output of no block`)
      last.output = matcher(code.trim())
    } else last = undefined
  }
  return found
}

function matcher(text: string): RegExp {
  const literal = text.split('…').map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`, 's')
}
