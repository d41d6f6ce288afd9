import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SnapshotHit } from '@lightrun/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runApplication } from '../support/application.ts'
import { lineOf } from '../support/stand.ts'
import { CHAINS, openTools } from './chains.ts'

const shopFolder = fileURLToPath(new URL('./shop', import.meta.url))
const tools = openTools(fileURLToPath(new URL('../../.cache/toolchains', import.meta.url)))
const node = process.env.TOOLCHAINS_NODE ?? process.execPath
const [major = 0, minor = 0] = (process.env.TOOLCHAINS_NODE_VERSION ?? process.versions.node).split('.').map(Number)

describe.each(CHAINS)('$name: $tests', ({ sources, since = [0, 0], until = [99, 0], lost = [], build }) => {
  const isAtLeast = ([a, b]: readonly [number, number]) => major > a || (major === a && minor >= b)
  const isSupported = isAtLeast(since) && !isAtLeast(until)
  const extension = sources === 'typescript' ? 'ts' : 'coffee'
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lightrun-toolchain-'))
    await cp(shopFolder, join(folder, 'src'), {
      recursive: true,
      filter: (path) => path === shopFolder || path.endsWith(`.${extension}`),
    })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it.runIf(isSupported)('answers in terms of the source', async () => {
    const args = await build(folder, tools)
    const cart = await readFile(join(folder, `src/cart.${extension}`), 'utf8')
    const main = await readFile(join(folder, `src/main.${extension}`), 'utf8')
    const file = `src/cart.${extension}`
    const at = (text: string) => ({ file, line: lineOf(cart, text) })
    await using application = runApplication(args, folder, { node })

    const format = '{item.name} costs {gross}, less {reduction}'
    const log = await application.ask(at('return gross - reduction'), {
      type: 'log',
      format,
      level: 'info',
      targets: ['server'],
    })
    expect((await log.status('placed')).position).toEqual({
      file: join(folder, file),
      line: at('return gross - reduction').line,
    })
    const texts = (await log.hits(8)).map((hit) => hit.type === 'log' && hit.text)
    expect(new Set(texts)).toEqual(
      new Set(['pen costs 20, less 0', 'desk costs 400, less 100', 'lamp costs 45, less 0', 'ink costs 5, less 0']),
    )

    const snapshot = await application.ask(
      at('total += net'),
      { type: 'snapshot', watches: ['item.name.length'] },
      { condition: 'item.price > 100', maxHits: 1 },
    )
    const [hit] = (await snapshot.hits(1)) as SnapshotHit[]
    const variables = new Map(hit?.variables.map(({ name, value }) => [name, value]))
    for (const name of ['total', 'item', 'net', 'cart', 'discount']) {
      if (!lost.includes(name)) expect([...variables.keys()]).toContain(name)
    }
    expect([variables.get('total'), variables.get('net')]).toEqual([
      { type: 'number', value: 20 },
      { type: 'number', value: 300 },
    ])
    expect(hit?.watches).toEqual([{ name: 'item.name.length', value: { type: 'number', value: 4 } }])
    const [frame, caller] = hit?.frames ?? []
    expect(frame).toMatchObject({ file: join(folder, file), line: at('total += net').line })
    const callLine = lineOf(main, 'totalOf(cart, discount)')
    expect(caller).toMatchObject({ file: join(folder, `src/main.${extension}`), line: callLine })
    const functions = ['totalOf', 'checkout'].map((name) => (lost.includes(name) ? '' : name))
    expect([frame?.function, caller?.function]).toEqual(functions)
    // V8 points to the name that is called; where that was compiled into an expression, behind it.
    const called = (main.split('\n')[callLine - 1] ?? '').indexOf('totalOf') + 1
    expect([called, called + 'totalOf'.length]).toContain(caller?.column)

    const counter = await application.ask(at('return total'), { type: 'counter', name: 'carts' })
    expect(await counter.counted(5)).toBeGreaterThanOrEqual(5)
  })
})
