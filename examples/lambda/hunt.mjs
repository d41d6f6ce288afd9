const EVENTS = [
  { customer: 'ada', items: [{ sku: 'book', cents: 1_500 }] },
  {
    customer: 'bea',
    items: [
      { sku: 'pen', cents: 200 },
      { sku: 'ink', cents: 900 },
    ],
  },
  { customer: 'cleo', items: [{ sku: 'map', cents: 700 }] },
]

/** @type {import('../../scripts/examples/example.d.ts').Example} */
export default {
  command: ['runtime/local-lambda.js'],
  preload: 'code',
  // Nobody is there between calls: what is asked waits at the server for whoever starts under the tag.
  source: 'tag:lambda',
  agents: 0,

  async drive(request) {
    const invoke = (event) =>
      request('/2015-03-31/functions/function/invocations', { method: 'POST', body: JSON.stringify(event) })
    for (const event of EVENTS) await invoke(event)
    await invoke({ customer: 'dan' })
    await request('/end', { method: 'POST' })
  },

  async hunt({ say, check, ask, drive, place, counted, measured, snapshot, texts }) {
    const invoices = (await drive()).slice(0, 3).map(({ body }) => JSON.parse(body))
    check(invoices.map(({ total }) => total).join() === '1500,2600,3300', JSON.stringify(invoices))
    say(
      `Ada owes 15.00, which is right. Bea owes 26.00 for a pen and ink of 11.00. Called alone, each invoice is right.`,
    )

    say('1. Asked while no instance runs: the next cold start has it in place before its first event.')
    const summing = place('src/invoice.js', 'const total =')
    const log = await ask(
      'log',
      summing,
      '{customer}: {lines.length} lines of {items.length} items',
      '--max-hits',
      '10',
    )
    await drive()
    const logged = await texts(log, 3)
    check(logged.join() === 'ada: 1 lines of 1 items,bea: 3 lines of 2 items,cleo: 4 lines of 1 items', logged.join())
    say('→ All three hits were delivered before the instance was frozen after each call. Whose are the other lines?')

    say('2. The lines of an invoice with too many.')
    const look = await ask('snapshot', summing, '--condition', 'lines.length !== items.length')
    await drive()
    const { lines, customer } = await snapshot(look)
    check(customer === 'bea' && lines[0].customer === 'ada', JSON.stringify(lines))
    say(
      `→ ${lines[0].customer}'s. The instance was warm, and \`lines\` belongs to the module, which lives as long as the instance.`,
    )

    say('3. How many, how much, how long?')
    const wrong = await ask('counter', summing, 'foreign lines', '--condition', 'lines.length !== items.length')
    const totals = await ask('metric', place('src/invoice.js', 'return { customer, lines:'), 'total', 'total')
    const calls = await ask('duration', place('src/handler.js', 'return invoice(event)'), 'handler')
    await drive()
    await drive()
    await counted(wrong, 4)
    check((await measured(totals, 6)).max === 3_300, 'totals')
    await measured(calls, 6, 'returned')
    await measured(calls, 2, 'thrown')
    say('→ Every invoice but the first of each instance. The fix: `const lines = []` inside the function.')
  },
}
