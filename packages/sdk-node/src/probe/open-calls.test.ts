import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { MAX_OPEN_LINKS } from './chain.ts'
import { createContextCell, createPlainCell } from './context-cell.ts'
import { createOpenCalls, type OpenCall } from './open-calls.ts'

it('a call that leaves without an exit tells what it was given', () => {
  const { begin, exit, leave } = createOpenCalls(createPlainCell<OpenCall>())
  begin([1])
  expect(leave()).toEqual([1])
  begin([2])
  exit()
  expect([leave(), leave()]).toEqual([undefined, undefined])
})

it('a recursive call that returns says nothing of the call around it', () => {
  const { begin, exit, leave } = createOpenCalls(createPlainCell<OpenCall>())
  begin(['outer'])
  begin(['inner'])
  exit()
  expect([leave(), leave()]).toEqual([undefined, ['outer']])
})

it('calls that run at once are kept apart', async () => {
  const context = createContextCell<OpenCall>()
  const { begin, exit, leave } = createOpenCalls(context)
  const left: unknown[] = []
  const call = async (n: number) => {
    begin([n])
    for (let turns = 0; turns < 5 - n; turns++) await turn()
    if (n % 2 === 0) exit()
    left.push([n, leave()])
  }
  await Promise.all([0, 1, 2, 3].map(call))
  expect(left).toEqual([
    [3, [3]],
    [2, undefined],
    [1, [1]],
    [0, undefined],
  ])
  context[Symbol.dispose]()
})

it('hundreds of calls that are open at once each tell what they were given', async () => {
  const context = createContextCell<OpenCall>()
  const { begin, leave } = createOpenCalls(context)
  const left: unknown[] = []
  const nested = async (n: number): Promise<void> => {
    begin([n])
    if (n < MAX_OPEN_LINKS) await nested(n + 1)
    left.push(leave()?.[0])
  }
  await nested(1)
  expect(left).toEqual(Array.from({ length: MAX_OPEN_LINKS }, (_, index) => MAX_OPEN_LINKS - index))
  context[Symbol.dispose]()
})
