/** `./src\cart.ts` → `src/cart.ts`: how paths are compared, whatever system or bundler wrote them. */
export function normalizePath(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/\/(\.\/)+/g, '/')
    .replace(/^(\.\/)+/, '')
}

/** Whether `path` ends with `wanted` on a boundary: `src/cart.ts` matches `/app/src/cart.ts`, not `/app/src/oldcart.ts`. Both normalized. */
export function matchesPath(path: string, wanted: string): boolean {
  return path === wanted || path.endsWith(wanted.startsWith('/') ? wanted : `/${wanted}`)
}

/** As much of the end of a path as matches it alone of all these files: what tells `/app/a/src/index.js` from `/app/b/src/index.js` is `a/src/index.js`. */
export function tellingEnd(path: string, files: readonly string[]): string {
  const parts = path.split('/')
  const ends = parts.map((_, index) => parts.slice(parts.length - 1 - index).join('/'))
  return ends.find((end) => end !== '' && files.every((file) => file === path || !matchesPath(file, end))) ?? path
}

/** Name without directories and extensions, which a compiled file usually shares with its source: `dist/cart.js` → `cart`. */
export function stem(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.indexOf('.', 1)
  return dot === -1 ? name : name.slice(0, dot)
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
