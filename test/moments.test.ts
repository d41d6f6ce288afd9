import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CapturedValue, renderValue, type SnapshotHit, type Task } from '@lightrun/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, runApplication } from './support/application.ts'
import { lineOf } from './support/stand.ts'

const PROGRAM = `'use strict'
class Cart {
  constructor(id, items) { this.id = id; this.items = items }
  total(rate) {
    const net = this.items.reduce((sum, each) => sum + each, 0) // total
    return { net, gross: Math.round(net * rate) }
  }
}
function factorial(n) {
  const left = n // factorial
  return left < 2 ? left : left * factorial(left - 1)
}
function grade(points) {
  if (points > 90) return 'A' // grade
  if (points > 50) {
    const word = 'B'
    return word
  }
  return
}
async function later(name, ms) {
  const greeting = 'hello ' + name // later
  return await new Promise((resolve) => setTimeout(resolve, ms, greeting.toUpperCase()))
}
function* three(from) {
  let next = from // three
  yield next++
  yield next++
  return { last: next }
}
const long = (list) => list.filter((each) => each % 2 === 0).map((each) => each * 10) // long
function withdraw(account, amount) {
  const rest = account.balance - amount // withdraw
  if (rest < 0) throw new RangeError('short by ' + -rest)
  return rest
}
async function pay(account, amount) {
  const rest = withdraw(account, amount) // pay
  if (rest === 7) throw Object.assign(new Error('unlucky'), { rest })
  return rest
}
async function descend(n) {
  if (n === 0) throw new TypeError('bottom') // descend
  if (n === 5) {
    try { await descend(1) } catch {}
    return 'saved'
  }
  return await descend(n - 1)
}
const small = (x) => x.y // small
function fail() { throw new Error('x') } // fail
const parsed = (text) => { return JSON.parse(text) } // parsed
function forgiving(text) {
  try { return JSON.parse(text) } catch (error) { return { error } } // forgiving
}
function careful(text) {
  try { return parsed(text) } catch (error) {
    return error.name // careful
  }
}
function last() {
  globalThis.lastly = 1 // last
}
const results = new Set()
const outcome = async (work) => {
  try { return JSON.stringify(await work()) } catch (error) { return String(error) }
}
async function round() {
  const cart = new Cart(7, [1, 2, 3])
  const all = await Promise.all([
    outcome(() => cart.total(1.5)),
    outcome(() => factorial(4)),
    outcome(() => [grade(95), grade(60), grade(1)]),
    outcome(() => Promise.all([later('ada', 30), later('bob', 5), later('eve', 15)])),
    outcome(() => [...three(4)]),
    outcome(() => long([1, 2, 4])),
    outcome(() => pay({ balance: 1 }, 3)),
    outcome(() => pay({ balance: 10 }, 3)),
    outcome(() => pay({ balance: 10 }, 2)),
    outcome(() => forgiving('{')),
    outcome(() => careful('{')),
    outcome(() => last()),
    outcome(() => small({ y: 1 })),
    outcome(() => fail()),
    outcome(() => parsed('{')),
    outcome(() => descend(2)),
    outcome(() => descend(5)),
  ])
  results.add(all.join(' '))
  if (results.size > 1) console.log('changed', [...results])
  setTimeout(round, 5)
}
console.log('running')
round()
`
const at = (text: string) => ({ file: 'program.cjs', line: lineOf(PROGRAM, `// ${text}`) })
const snapshot: Task = { type: 'snapshot', watches: [] }
const log = (format: string): Task => ({ type: 'log', format, level: 'info', targets: ['server'] })
const shown = (value: CapturedValue | undefined) => value && renderValue(value)

describe('at the moment a function returns or throws', () => {
  let folder: string
  let application: Application
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lightrun-moments-'))
    await writeFile(join(folder, 'program.cjs'), PROGRAM)
    application = runApplication([join(folder, 'program.cjs')], folder)
  })
  afterAll(async () => {
    // Whatever was placed, every round came to the same.
    expect(application.output()).toBe('running\n')
    await application[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  async function snapshots(text: string, moment: 'return' | 'throw', count: number, condition?: string) {
    const more = { at: moment, maxHits: count, ...(condition === undefined ? {} : { condition }) }
    const question = await application.ask(at(text), snapshot, more)
    return (await question.hits(count)) as SnapshotHit[]
  }
  const variable = (hit: SnapshotHit | undefined, name: string) =>
    shown(hit?.variables.find((each) => each.name === name)?.value)

  const seen = (hit: SnapshotHit | undefined) =>
    (hit?.variables ?? [])
      .filter(({ name }) => name !== 'this')
      .map(({ name, value }) => `${name} ${renderValue(value)}`)

  describe('at a return', () => {
    it('a snapshot has the value, and the variables of the statement', async () => {
      const [hit] = await snapshots('total', 'return', 1)
      expect(hit?.variables.map(({ name }) => name)).toEqual(['$return', 'this', 'rate', 'net'])
      expect(variable(hit, '$return')).toBe('{ net: 6, gross: 9 }')
      expect(variable(hit, 'this')).toBe('Cart { id: 7, items: [ 1, 2, 3 ] }')
      expect(hit?.frames[0]).toMatchObject({ function: 'total', line: lineOf(PROGRAM, 'return { net') })
    })

    it('recursive calls have their own', async () => {
      const hits = await snapshots('factorial', 'return', 4)
      const calls = hits.map((hit) => [variable(hit, 'n'), variable(hit, 'left'), variable(hit, '$return')])
      expect(calls).toEqual([
        ['1', '1', '1'],
        ['2', '2', '2'],
        ['3', '3', '6'],
        ['4', '4', '24'],
      ])
    })

    it('so have calls that wait at the same time', async () => {
      const hits = await snapshots('later', 'return', 9)
      const calls = hits.map((hit) => seen(hit).join(', '))
      // Those that waited when the probe came have only their value.
      expect([...new Set(calls.slice(3))].sort()).toEqual([
        "$return 'HELLO ADA', name 'ada', ms 30, greeting 'hello ada'",
        "$return 'HELLO BOB', name 'bob', ms 5, greeting 'hello bob'",
        "$return 'HELLO EVE', name 'eve', ms 15, greeting 'hello eve'",
      ])
    })

    it('every way to return is one, of generators and arrow functions too', async () => {
      const hits = await snapshots('grade', 'return', 3)
      expect(hits.map(seen)).toEqual([
        ["$return 'A'", 'points 95'],
        ["$return 'B'", "word 'B'", 'points 60'],
        ['$return undefined', 'points 1'],
      ])
      expect((await snapshots('three', 'return', 1)).map(seen)).toEqual([['$return { last: 6 }', 'from 4', 'next 6']])
      expect((await snapshots('long', 'return', 1)).map(seen)).toEqual([['$return [ 20, 40 ]', 'list [ 1, 2, 4 ]']])
      expect((await snapshots('forgiving', 'return', 1)).map((hit) => variable(hit, 'text'))).toEqual(["'{'"])
    })

    it('a body that just ends returns undefined, and has no variables there', async () => {
      expect((await snapshots('last', 'return', 1)).map(seen)).toEqual([['$return undefined']])
    })

    it('the value is known to conditions, formats, watches and metrics', async () => {
      const [hit] = await snapshots('factorial', 'return', 1, '$return > 20')
      expect(variable(hit, 'n')).toBe('4')
      const line = await application.ask(at('factorial'), log('{n}! = {$return}'), {
        at: 'return',
        condition: 'n === 3',
      })
      expect((await line.hits(1))[0]).toMatchObject({ text: '3! = 6' })
      const watching: Task = { type: 'snapshot', watches: ['$return.gross - this.items.length'] }
      const watched = await application.ask(at('total'), watching, { at: 'return', maxHits: 1 })
      const [first] = (await watched.hits(1)) as SnapshotHit[]
      expect(first?.watches).toEqual([
        { name: '$return.gross - this.items.length', value: { type: 'number', value: 6 } },
      ])
      const counter = await application.ask(
        at('grade'),
        { type: 'counter', name: 'b' },
        { at: 'return', condition: "$return === 'B'" },
      )
      expect(await counter.counted(3)).toBeGreaterThan(2)
    })

    it('a function that is too small for it says so', async () => {
      const question = application.post(at('small'), snapshot, { at: 'return' })
      const { code, message } = await question.status('failed')
      expect([code, message]).toEqual([
        'no_code_at_line',
        expect.stringMatching(/too small for a probe where it returns/),
      ])
    })
  })

  describe('at a throw', () => {
    it('a snapshot has the error, and the variables of the statement', async () => {
      const [hit] = await snapshots('withdraw', 'throw', 1)
      expect(seen(hit)).toEqual(['$error [RangeError: short by 2]', 'account { balance: 1 }', 'amount 3', 'rest -2'])
    })

    it('an error that only passes through is told without its value, and with what the call was given', async () => {
      const hits = await snapshots('pay', 'throw', 2, 'amount === 3')
      const own = hits.find((hit) => variable(hit, 'rest') !== undefined)
      const passing = hits.find((hit) => hit !== own)
      expect(seen(own).slice(0, 4)).toEqual([
        '$error [Error: unlucky] { rest: 7 }',
        'account { balance: 10 }',
        'amount 3',
        'rest 7',
      ])
      expect(seen(passing).slice(0, 3)).toEqual([
        '$error <an error from elsewhere>',
        'account { balance: 1 }',
        'amount 3',
      ])
    })

    it('a function that does nothing but throw tells what, however small it is', async () => {
      expect((await snapshots('fail', 'throw', 1)).map(seen)).toEqual([['$error [Error: x]']])
    })

    it('a small function that only passes errors on says so, and one that only throws that it never returns', async () => {
      const passing = await application.post(at('parsed'), snapshot, { at: 'throw' }).status('failed')
      expect(passing.message).toMatch(
        /throws nothing itself, .*; ask where it is thrown, or in the catch block that takes it$/,
      )
      const throwing = await application.post(at('fail'), snapshot, { at: 'return' }).status('failed')
      expect(throwing.message).toMatch(/:\d+ never returns; ask at its line, or for what it throws$/)
    })

    it('of recursive calls each is told once, and those that return are not', async () => {
      const hits = await snapshots('descend', 'throw', 30)
      const calls = hits.map((hit) => `${variable(hit, 'n')} ${variable(hit, '$error')}`)
      expect([...new Set(calls)].sort()).toEqual([
        '0 [TypeError: bottom]',
        '1 <an error from elsewhere>',
        '2 <an error from elsewhere>',
      ])
      // Two calls reach the bottom in each round, by way of 2 and 1, and of 5 and 1.
      const count = (call: string) => calls.filter((each) => each === call).length
      expect(Math.abs(count('0 [TypeError: bottom]') - count('1 <an error from elsewhere>'))).toBeLessThanOrEqual(2)
    })

    it('the status says what is not seen', async () => {
      const notes = async (text: string) =>
        (await (await application.ask(at(text), snapshot, { at: 'throw' })).status('placed')).notes
      expect(await notes('pay')).toEqual([
        {
          type: 'partial',
          message:
            'an error that pay did not throw itself and only passes on is seen without its value; ask where it is thrown, or in the catch block that takes it',
        },
      ])
      expect(await notes('withdraw')).toEqual([
        {
          type: 'partial',
          message:
            'withdraw is too small for a probe where an error from elsewhere leaves it: such errors are not seen; ask where it is thrown, or in the catch block that takes it',
        },
      ])
    })

    it('what it says to do instead tells the error: the catch block that takes it', async () => {
      const question = await application.ask(at('careful'), snapshot, { maxHits: 1 })
      const [hit] = (await question.hits(1)) as SnapshotHit[]
      expect(variable(hit, 'error')).toMatch(/^\[?SyntaxError/)
    })

    it('the error is known to conditions and formats, which say where it is not', async () => {
      const line = await application.ask(at('pay'), log('{amount}: {$error}'), { at: 'throw', maxHits: 2 })
      const texts = (await line.hits(2)).map((hit) => hit.type === 'log' && hit.text)
      expect(texts).toContain('3: [Error: unlucky] { rest: 7 }')
      expect(texts.find((text) => text !== '3: [Error: unlucky] { rest: 7 }')).toMatch(
        /^3: <what was thrown is not seen here/,
      )
      const [hit] = await snapshots('withdraw', 'throw', 1, "$error.message.includes('short')")
      expect(variable(hit, 'rest')).toBe('-2')
    })
  })
})
