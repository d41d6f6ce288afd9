import { join } from 'node:path'
import type { CapturedValue } from '@lightrun/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createStand, lineOf, type Running, type Stand } from './support/stand.ts'

const WORK = `exports.work = function work(order) {
  const text = 'x'.repeat(300)
  const list = Array.from({ length: 30 }, (_, n) => n)
  const deep = { a: { b: { c: { d: 1 } } } }
  return text.length + list.length + (deep.a ? order.id : 0)
}
`
const START = `const lightrun = require('@lightrun/sdk-node')
const say = (level) => (...words) => console.log('<' + level + '> ' + words.join(' '))
lightrun.start({ log: { logger: { info: say('info'), warn: say('warn'), error: say('error') } } })
const { work } = require('./work.cjs')
let id = 0
setInterval(() => work({ id: ++id, password: 'hunter2' }), 20)
`
const CONFIG = {
  redactionEnabled: false,
  capture: {
    maxProperties: 3,
    maxVariableDepth: 2,
    maxVariableSize: 10,
    maxWatchProperties: 7,
    maxWatchListVariableSize: 40,
    maxFrames: 1,
  },
}
const at = `work.cjs:${lineOf(WORK, 'return text')}`

let stand: Stand
let app: Running
beforeAll(async () => {
  stand = await createStand()
  await stand.write({ 'work.cjs': WORK, 'start.cjs': START, 'config.json': JSON.stringify(CONFIG) })
  app = stand.app('configured', ['start.cjs'], {
    preload: false,
    env: { LIGHTRUN_AGENT_CONFIG: join(stand.folder, 'config.json') },
  })
  await stand.agent('configured')
})
afterAll(() => stand?.close())

async function ask(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await stand.lightrun(...args, '--json')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
  return (JSON.parse(stdout) as { id: string }).id
}
const named = (all: readonly { name: string; value?: CapturedValue }[], name: string) =>
  all.find((each) => each.name === name)?.value

it('a snapshot keeps to the limits of the configuration, watches to their own, and redacts nothing where that is off', async () => {
  const id = await ask('snapshot', 'configured', at, '--watch', 'list', '--watch', 'text')
  const [hit] = await stand.hits(id, 1)
  if (hit?.data.type !== 'snapshot') throw new Error('no snapshot')
  const { variables, watches, frames } = hit.data
  expect(frames).toHaveLength(1)
  expect(named(variables, 'text')).toMatchObject({ value: 'x'.repeat(10), omitted: 'length', length: 300 })
  const items = (value: CapturedValue | undefined) => (value as { items?: unknown[] } | undefined)?.items
  expect([items(named(variables, 'list'))?.length, items(named(watches, 'list'))?.length]).toEqual([3, 7])
  expect(named(watches, 'text')).toMatchObject({ value: 'x'.repeat(40) })
  expect(JSON.stringify(named(variables, 'deep'))).toContain('"reason":"depth"')
  expect(JSON.stringify(named(variables, 'order'))).toContain('hunter2')
})

it("a log has its level and its braces, and goes to the application's own logger as well as to the server", async () => {
  const format = 'order {order.id} of {{all}}'
  const id = await ask('log', 'configured', at, format, '--level', 'warn', '--target', 'both', '--max-hits', '1')
  const [hit] = await stand.hits(id, 1)
  if (hit?.data.type !== 'log') throw new Error('no log')
  expect(hit.data).toMatchObject({ level: 'warn', text: expect.stringMatching(/^order \d+ of \{all\}$/) })
  await app.says(new RegExp(`<warn> .*${hit.data.text.replace(/[{}]/g, '\\$&')}`))
})
