import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { normalizePath } from '../path-match.ts'

/** Two letters at least: `C:` is a drive. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i
const DRIVE = /^[a-z]:\//i

/**
 * The path of a map's source, comparable with what people type: absolute, with slashes, or the URL a bundler made up.
 * Maps are written on Windows and read on Linux, and the other way round.
 *
 * @param mapPath of the map, or of the script it is in
 */
export function sourcePath(source: string, sourceRoot: string, mapPath: string): string {
  if (SCHEME.test(source)) return fromUrl(source)
  const path = normalizePath(decoded(source))
  const root = normalizePath(decoded(sourceRoot))
  const joined = isAbsolute(path) || root === '' ? path : `${root.replace(/\/$/, '')}/${path}`
  if (SCHEME.test(joined)) return fromUrl(joined)
  return isAbsolute(joined) ? posix.normalize(joined) : posix.join(normalizePath(mapPath), '..', joined)
}

const isAbsolute = (path: string) => path.startsWith('/') || DRIVE.test(path)

/** Sources are URLs, and some write them so (`%5Bid%5D/page.tsx` of Turbopack); most write the path as it is. */
function decoded(source: string): string {
  try {
    return decodeURIComponent(source)
  } catch {
    return source
  }
}

function fromUrl(url: string): string {
  if (/^file:/i.test(url)) {
    try {
      return normalizePath(fileURLToPath(url))
    } catch {
      // Of another system, or with a host: its end still matches.
      return normalizePath(url)
    }
  }
  // webpack tells versions of one file apart with a query.
  return normalizePath(decoded(url.replace(/\?[0-9a-z]*$/i, '')))
}
