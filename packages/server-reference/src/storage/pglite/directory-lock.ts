import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LightrunError } from '@lightrun/core'
import type { Clock } from '../../clock.ts'
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.ts'

/** How often a holder shows that it lives to those who cannot see its process (another container, another machine). */
export const LOCK_HEARTBEAT_MS = 5_000
/** A holder out of sight is given up after this many missed heartbeats' time. */
export const LOCK_ABANDONED_MS = 30_000

const LOCK_FILE = 'server.lock'

interface Claim extends ProcessIdentity {
  /** Unique per claim. */
  token: string
}

export interface DirectoryLock {
  release(): void
}

export interface DirectoryLockOptions {
  clock: Clock
  identity?: ProcessIdentity
  alive?: (holder: ProcessIdentity) => boolean | 'unknown'
}

/**
 * One process per directory: PGlite takes no lock, and two processes on one directory lose rows without a word.
 * A claim is a file that appears at once with its content (link); the claim of a dead process is inherited.
 *
 * @throws LightrunError `storage_locked`, naming the holder.
 */
export function lockDirectory(directory: string, options: DirectoryLockOptions): DirectoryLock {
  const { clock, identity = identifyProcess(process.pid), alive = isAlive } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, LOCK_FILE)
  const mine: Claim = { ...identity, token: randomUUID() }
  const draft = `${path}.${mine.token}`
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600, flag: 'wx' })
  try {
    // Each round either ends or follows a change that another process made; a handful of rounds is a crowd.
    for (let round = 0; round < 20; round++) {
      if (tryLink(draft, path)) return hold(path, mine, clock)
      const holder = readClaim(path)
      if (holder === undefined) continue
      refuseIfAlive(path, holder)
      if (inherit(holder)) return hold(path, mine, clock)
    }
    throw new LightrunError('storage_locked', `several servers are starting on ${directory} at once; start one of them`)
  } finally {
    rmSync(draft, { force: true })
  }

  /**
   * Exactly one process can be the heir of a dead claim: the heir's file carries its token. Only the heir replaces
   * the lock file, and only while that still holds the dead claim. An heir that died has an heir itself.
   */
  function inherit(dead: Claim): boolean {
    const chain: string[] = []
    for (let ancestor = dead; ; ) {
      const heirPath = `${path}.${ancestor.token}.heir`
      if (tryLink(draft, heirPath)) {
        chain.push(heirPath)
        break
      }
      const heir = readClaim(heirPath)
      if (heir === undefined) return false
      refuseIfAlive(heirPath, heir)
      chain.push(heirPath)
      ancestor = heir
    }
    const isStillDead = readClaim(path)?.token === dead.token
    if (isStillDead) {
      writeFileSync(`${draft}.own`, JSON.stringify(mine), { mode: 0o600, flag: 'wx' })
      renameSync(`${draft}.own`, path)
    }
    for (const heirPath of chain.reverse()) rmSync(heirPath, { force: true })
    return isStillDead
  }

  function refuseIfAlive(at: string, holder: Claim): void {
    const state = alive(holder)
    if (state === false) return
    if (state === 'unknown' && isAbandoned(at, clock)) return
    const who = state === 'unknown' ? `process ${holder.pid} on ${holder.where.split(' ')[0]}` : `process ${holder.pid}`
    const hint =
      state === 'unknown'
        ? `; should that be gone, the lock is given up ${LOCK_ABANDONED_MS / 1_000} s after its last sign of life`
        : ''
    throw new LightrunError(
      'storage_locked',
      `${directory} is in use by ${who}; stop that server, or name another --storage${hint}`,
      { details: { pid: holder.pid } },
    )
  }
}

function hold(path: string, mine: Claim, clock: Clock): DirectoryLock {
  let cancel = () => {}
  const beat = () => {
    cancel = clock.after(LOCK_HEARTBEAT_MS, beat)
    const seconds = clock.now() / 1_000
    try {
      utimesSync(path, seconds, seconds)
    } catch {
      // The directory was taken away under us; the database will say so.
    }
  }
  beat()
  return {
    release() {
      cancel()
      if (readClaim(path)?.token === mine.token) rmSync(path, { force: true })
    },
  }
}

function isAbandoned(path: string, clock: Clock): boolean {
  try {
    return clock.now() - statSync(path).mtimeMs > LOCK_ABANDONED_MS
  } catch {
    return false
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** `undefined` when the file is gone, which happens between two looks. */
function readClaim(path: string): Claim | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  try {
    return JSON.parse(text) as Claim
  } catch {
    throw new LightrunError(
      'storage_locked',
      `${path} is not a lock file of ours; make sure that no server uses the directory, and delete the file`,
    )
  }
}
