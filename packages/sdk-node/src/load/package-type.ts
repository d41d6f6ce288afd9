import { dirname, extname, join } from 'node:path'

/** What the loader makes of a file by its name and the nearest `package.json`. `unsaid`: Node looks at the text. */
export type SaidFormat = 'module' | 'commonjs' | 'unsaid' | 'other'

/** @param readText throws for what is not there */
export function createFormatOf(readText: (path: string) => string): (path: string) => SaidFormat {
  const types = new Map<string, SaidFormat>()

  function typeOf(directory: string): SaidFormat {
    const known = types.get(directory)
    if (known !== undefined) return known
    const type = typeIn(directory) ?? typeAbove(directory)
    types.set(directory, type)
    return type
  }

  function typeIn(directory: string): SaidFormat | undefined {
    try {
      const { type } = JSON.parse(readText(join(directory, 'package.json'))) as { type?: unknown }
      return type === 'module' || type === 'commonjs' ? type : 'unsaid'
    } catch {
      return undefined
    }
  }

  /** A package's own `package.json` is missing where the search leaves `node_modules`. */
  function typeAbove(directory: string): SaidFormat {
    const parent = dirname(directory)
    return parent === directory || parent.endsWith('node_modules') ? 'unsaid' : typeOf(parent)
  }

  return (path) => {
    switch (extname(path)) {
      case '.mjs':
        return 'module'
      case '.cjs':
        return 'commonjs'
      case '.js':
      case '':
        return typeOf(dirname(path))
      default:
        return 'other'
    }
  }
}
