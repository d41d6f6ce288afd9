import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createContextCell, createPlainCell } from './context-cell.ts'
import { createOpenCalls, MAX_OPEN_CALLS, type OpenCall } from './open-calls.ts'

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

it('calls that never leave are forgotten in the end', () => {
  const cell = createPlainCell<OpenCall>()
  const { begin } = createOpenCalls(cell)
  for (let n = 0; n < 10 * MAX_OPEN_CALLS; n++) begin([n])
  let held = 0
  for (let call = cell.get(); call !== undefined; call = call.before) held++
  expect(held).toBeLessThanOrEqual(MAX_OPEN_CALLS)
})
