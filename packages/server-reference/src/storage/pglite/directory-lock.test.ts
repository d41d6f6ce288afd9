import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { LOCK_ABANDONED_MS, LOCK_HEARTBEAT_MS, lockDirectory } from './directory-lock.ts'
import { identifyProcess, isAlive } from './process-identity.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lightrun-lock-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

// Whole seconds: what a file system keeps exactly.
const clock = createManualClock(1_800_000_000_000)
const dead = { pid: 4_000_000, where: 'here' }
const options = { clock, alive: ({ pid }: { pid: number }) => pid !== dead.pid }
const locked = expect.objectContaining({ code: 'storage_locked' })
const leave = (name: string, claim: object) => writeFileSync(join(directory, name), JSON.stringify(claim))

describe('the lock of a directory', () => {
  it('is held by one, and free after', () => {
    const first = lockDirectory(directory, { clock })
    expect(() => lockDirectory(directory, { clock })).toThrow(locked)
    first.release()
    lockDirectory(directory, { clock }).release()
    expect(readdirSync(directory)).toEqual([])
  })

  it('of a process that was killed is inherited, by one only', () => {
    leave('server.lock', { ...dead, token: 'old' })
    const heir = lockDirectory(directory, options)
    expect(() => lockDirectory(directory, options)).toThrow(locked)
    heir.release()
    expect(readdirSync(directory)).toEqual([])
  })

  it('is inherited from an heir that was killed on the way', () => {
    leave('server.lock', { ...dead, token: 'old' })
    leave('server.lock.old.heir', { ...dead, token: 'older-heir' })
    leave('server.lock.older-heir.heir', { ...dead, token: 'third' })
    lockDirectory(directory, options).release()
    expect(readdirSync(directory)).toEqual([])
  })

  it('waits for an heir that lives', () => {
    leave('server.lock', { ...dead, token: 'old' })
    leave('server.lock.old.heir', { pid: 1, where: 'here', token: 'heir' })
    expect(() => lockDirectory(directory, options)).toThrow(locked)
  })

  it('is not released by somebody who lost it', () => {
    const first = lockDirectory(directory, { clock })
    leave('server.lock', { pid: 1, where: 'elsewhere', token: 'other' })
    first.release()
    expect(JSON.parse(readFileSync(join(directory, 'server.lock'), 'utf8')).token).toBe('other')
  })

  it('of a process out of sight is given up when that shows no life', () => {
    const unseen = { clock, alive: () => 'unknown' as const }
    const file = join(directory, 'server.lock')
    leave('server.lock', { pid: 1, where: 'another-host x y', token: 'far' })
    const at = clock.now() / 1_000
    utimesSync(file, at, at)
    clock.advance(LOCK_ABANDONED_MS)
    expect(() => lockDirectory(directory, unseen)).toThrow(/process 1 on another-host/)
    clock.advance(1)
    lockDirectory(directory, unseen).release()
  })

  it('shows life while it is held', () => {
    const unseen = { clock, alive: () => 'unknown' as const }
    const first = lockDirectory(directory, { clock })
    for (let i = 0; i < 20; i++) clock.advance(LOCK_HEARTBEAT_MS)
    expect(() => lockDirectory(directory, unseen)).toThrow(locked)
    first.release()
  })

  it('refuses a lock file that is not ours', () => {
    writeFileSync(join(directory, 'server.lock'), 'mine')
    expect(() => lockDirectory(directory, { clock })).toThrow(/not a lock file of ours/)
  })
})

describe('the identity of a process', () => {
  it('is alive while it is this run of it', () => {
    const me = identifyProcess(process.pid)
    expect(isAlive(me)).toBe(true)
    // The pid was given to another process since.
    expect(isAlive({ ...me, started: '1' })).toBe(false)
    expect(isAlive({ ...me, pid: dead.pid })).toBe(false)
    expect(isAlive({ ...me, where: 'another machine' })).toBe('unknown')
  })
})
