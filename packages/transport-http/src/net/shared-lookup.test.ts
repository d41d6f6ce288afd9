import { describe, expect, it } from 'vitest'
import { createSharedLookup, type LookupAll } from './shared-lookup.ts'

function setUp() {
  const asked: { hostname: string; answer: Parameters<LookupAll>[2] }[] = []
  const lookup = createSharedLookup((hostname, _, answer) => asked.push({ hostname, answer }))
  const ask = (hostname: string, all = true) =>
    new Promise<unknown[]>((resolve) => lookup(hostname, { all }, (...answer) => resolve(answer)))
  return { asked, ask }
}
const addresses = [
  { address: '::1', family: 6 },
  { address: '127.0.0.1', family: 4 },
]

describe('a shared look-up', () => {
  it('asks the system once for all who wait, whichever shape they want', async () => {
    const { asked, ask } = setUp()
    const answers = Promise.all([ask('a'), ask('a'), ask('a', false)])
    expect(asked).toHaveLength(1)
    asked[0]?.answer(null, addresses)
    expect(await answers).toEqual([
      [null, addresses],
      [null, addresses],
      [null, '::1', 6],
    ])
  })

  it('remembers nothing: the next one asks again', async () => {
    const { asked, ask } = setUp()
    const failed = ask('a')
    const error = Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' })
    asked[0]?.answer(error, [])
    expect(await failed).toEqual([error, ''])
    const found = ask('a')
    asked[1]?.answer(null, addresses)
    expect(await found).toEqual([null, addresses])
  })

  it('keeps names apart', () => {
    const { asked, ask } = setUp()
    void ask('a')
    void ask('b')
    expect(asked.map(({ hostname }) => hostname)).toEqual(['a', 'b'])
  })

  it('without any address is an error', async () => {
    const { asked, ask } = setUp()
    const answer = ask('a')
    asked[0]?.answer(null, [])
    expect(await answer).toEqual([expect.any(Error), ''])
  })
})
