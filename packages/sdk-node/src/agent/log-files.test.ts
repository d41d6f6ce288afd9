import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAgentLog } from './agent-log.ts'
import { createLogFiles, MAX_LINE_LENGTH, MAX_WAITING_LINES } from './log-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightrun-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function openLog({
  directory = join(folder, 'made'),
  maxFileBytes = 1_000_000,
  maxFiles = 3,
  alive = [] as number[],
} = {}) {
  const fallen: string[] = []
  const files = createLogFiles({
    directory,
    maxFileBytes,
    maxFiles,
    pid: 7,
    now: () => 0,
    isAlive: (pid) => alive.includes(pid),
    fallback: (_, text) => fallen.push(text),
  })
  const read = (name = 'lightrun-agent-7.log') => readFileSync(join(directory, name), 'utf8')
  return {
    ...files,
    log: createAgentLog('info', files.output),
    read,
    fallen,
    names: () => readdirSync(directory).sort(),
  }
}

describe('the log in files', () => {
  it('has a line for each thing said, with its time and level, for this user only', async () => {
    const { log, settled, read, fallen } = openLog()
    log.info('started')
    log.warn('link_lost: no answer\nfrom there')
    log.debug('not asked for')
    await settled()
    expect(read()).toBe(
      '1970-01-01T00:00:00.000Z info  started\n1970-01-01T00:00:00.000Z warn  link_lost: no answer\n  from there\n',
    )
    expect(statSync(join(folder, 'made/lightrun-agent-7.log')).mode & 0o777).toBe(0o600)
    expect(fallen).toEqual([])
  })

  it('begins a new file when one is full, and keeps so many', async () => {
    const { log, settled, read, names } = openLog({ maxFileBytes: 100 })
    for (const text of ['1', '2', '3', '4', '5', '6', '7', '8', '9']) {
      log.info(text)
      await settled()
    }
    // 33 bytes a line: three fill a file.
    expect(names()).toEqual(['lightrun-agent-7.log', 'lightrun-agent-7.log.1', 'lightrun-agent-7.log.2'])
    expect(read()).toMatch(/7\n.*8\n.*9\n$/)
    log.info('10')
    await settled()
    expect(names()).toHaveLength(3)
    expect(read()).toMatch(/^[^\n]*10\n$/)
    expect(read('lightrun-agent-7.log.2')).toMatch(/4\n.*5\n.*6\n$/)
  })

  it('keeps one file where only one may be', async () => {
    const { log, settled, read, names } = openLog({ maxFileBytes: 40, maxFiles: 1 })
    for (const text of ['1', '2', '3']) {
      log.info(text)
      await settled()
    }
    expect([names(), read()]).toEqual([['lightrun-agent-7.log'], expect.stringMatching(/^[^\n]* 3\n$/)])
  })

  it('leaves no more of processes that are gone than of one, and others alone', async () => {
    for (const [name, age] of [
      ['lightrun-agent-1.log', 1],
      ['lightrun-agent-2.log', 2],
      ['lightrun-agent-3.log.1', 3],
      ['lightrun-agent-9.log', 4],
      ['theirs.log', 5],
    ] as const) {
      writeFileSync(join(folder, name), '')
      utimesSync(join(folder, name), 1_000 - age, 1_000 - age)
    }
    const { log, settled, names } = openLog({ directory: folder, maxFiles: 2, alive: [9] })
    log.info('hello')
    await settled()
    expect(names()).toEqual([
      'lightrun-agent-1.log',
      'lightrun-agent-2.log',
      'lightrun-agent-7.log',
      'lightrun-agent-9.log',
      'theirs.log',
    ])
  })

  it('follows no link that somebody has laid', async () => {
    writeFileSync(join(folder, 'victim'), 'precious')
    symlinkSync(join(folder, 'victim'), join(folder, 'lightrun-agent-7.log'))
    const { log, settled, fallen } = openLog({ directory: folder })
    log.info('hello')
    await settled()
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('precious')
    expect(fallen).toEqual([expect.stringContaining('cannot be written'), expect.stringContaining('hello')])
  })

  it('goes to stderr while the disk does not take it, said once, and comes back', async () => {
    const directory = join(folder, 'made')
    writeFileSync(directory, 'a file, no directory')
    const { log, settled, fallen, read } = openLog()
    for (const text of ['one', 'two']) {
      log.info(text)
      await settled()
    }
    expect(fallen).toEqual([
      expect.stringContaining('cannot be written'),
      expect.stringContaining('one'),
      expect.stringContaining('two'),
    ])
    rmSync(directory)
    mkdirSync(directory)
    log.info('three')
    await settled()
    expect(read()).toMatch(/^[^\n]* three\n$/)
  })

  it('is bounded in memory: what a slow disk cannot take is counted', async () => {
    const { log, settled, read } = openLog()
    for (let i = 0; i < MAX_WAITING_LINES + 5; i++) log.info('x'.repeat(MAX_LINE_LENGTH + 1))
    await settled()
    const lines = read().split('\n')
    expect(lines).toHaveLength(MAX_WAITING_LINES + 2)
    expect(lines.at(-2)).toMatch(/ 5 lines were left out/)
    expect(lines[0]).toMatch(/x…$/)
  })

  it('writes what waits when the process ends', () => {
    const { log, lastWords, read } = openLog({ directory: folder })
    log.warn('the end')
    lastWords()
    expect(read()).toMatch(/the end\n$/)
    expect(() => openLog({ directory: '/proc/nowhere' }).lastWords()).not.toThrow()
  })
})
