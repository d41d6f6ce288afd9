import { dirname, join, sep } from 'node:path'

/** What of the process decides where the cache is; passed in so that tests need no home directory and no other user. */
export interface CacheSurroundings {
  files: Pick<typeof import('node:fs'), 'existsSync' | 'lstatSync' | 'mkdirSync'>
  env: Readonly<Record<string, string | undefined>>
  platform: NodeJS.Platform
  home: string
  cwd: string
  /** The file that the process was started with. */
  entry: string | undefined
  /** Effective user, `undefined` where there is no such thing (Windows). */
  user: number | undefined
}

/**
 * A directory for what this application's modules became, made if it is not there; `undefined` when no place is safe.
 *
 * Code from it runs in the application: it must belong to this user (or to root, who can do as he pleases: an image
 * may bring its cache along), be no link, and nobody else may write to it. Nothing lies in a directory shared by all.
 */
export function findCacheDirectory(setting: string | true, surroundings: CacheSurroundings): string | undefined {
  const candidates = typeof setting === 'string' ? [setting] : defaultDirectories(surroundings)
  return candidates.find((directory) => isSafe(directory, surroundings))
}

/** Beside the application's dependencies, where other tools keep theirs and deployments expect it; else the user's own. */
function defaultDirectories({ files, env, platform, home, cwd, entry }: CacheSurroundings): string[] {
  const root = applicationRoot(entry, cwd, files)
  const modules = join(root, 'node_modules')
  const own = files.existsSync(modules) ? [join(modules, '.cache', 'lightrun')] : []
  return [...own, join(userCache(env, platform, home), 'lightrun')]
}

/** The nearest directory with a `package.json` above the entry file; of a process manager's own entry file, above the working directory. */
function applicationRoot(entry: string | undefined, cwd: string, files: CacheSurroundings['files']): string {
  const isTool = entry === undefined || entry.includes(`${sep}node_modules${sep}`)
  const start = isTool ? cwd : dirname(entry)
  for (let directory = start; ; directory = dirname(directory)) {
    if (files.existsSync(join(directory, 'package.json'))) return directory
    if (dirname(directory) === directory) return start
  }
}

function userCache(env: CacheSurroundings['env'], platform: NodeJS.Platform, home: string): string {
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local')
  if (platform === 'darwin') return join(home, 'Library', 'Caches')
  return env.XDG_CACHE_HOME || join(home, '.cache')
}

function isSafe(directory: string, { files, user }: CacheSurroundings): boolean {
  try {
    files.mkdirSync(dirname(directory), { recursive: true })
    files.mkdirSync(directory, { mode: 0o700 })
  } catch {
    // There already; or it cannot be made, and is not there either.
  }
  try {
    const stat = files.lstatSync(directory)
    if (!stat.isDirectory()) return false
    return user === undefined || ((stat.uid === user || stat.uid === 0) && (stat.mode & 0o022) === 0)
  } catch {
    return false
  }
}
