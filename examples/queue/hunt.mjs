const ORDERS = [
  { id: 'o-1', cents: 1200, email: 'ada@mail.example' },
  { id: 'o-2', cents: 8000, email: 'bea@careful.example' },
  { id: 'o-3', cents: 4500, email: 'cleo@mail.example' },
  { id: 'o-4', cents: 300, email: 'dan@careful.example' },
]

/** @type {import('../../scripts/examples/example.d.ts').Example} */
export default {
  command: ['src/server.js'],
  preload: 'import',
  // The process and its two worker threads are three agents, told apart by name; the tag is all of them.
  source: 'tag:queue',
  agents: 3,

  async drive(request) {
    for (const order of ORDERS) await request('/orders', { method: 'POST', body: JSON.stringify(order) })
    await request('/bank/charges')
  },

  async hunt({ say, check, ask, drive, place, counted, measured, snapshot, texts }) {
    const settled = await drive()
    const charges = JSON.parse(settled.at(-1).body)
    check(charges.length === 6, settled.at(-1).body)
    say(
      `${ORDERS.length} orders were settled, no error was logged anywhere, and the bank has ${charges.length} charges.`,
    )

    say('1. What do the workers charge? One question, answered by each thread of the pool.')
    const charging = place('src/worker.js', 'const response = await fetch')
    const log = await ask('log', charging, 'charge {order.cents} for {order.id}, attempt {attempt}', '--max-hits', '20')
    await drive()
    const logged = await texts(log, 6)
    check(logged.filter((text) => text.endsWith('attempt 2')).length === 2, logged.join())
    say('→ Two jobs ran twice. What fails in a job that has charged already?')

    say('2. The error that made the queue run it again: it is caught, and nobody sees it.')
    const look = await ask('snapshot', place('src/queue.js', 'const isLast ='), '--condition', 'order.id === "o-2"')
    await drive()
    const { error, attempt, order } = await snapshot(look)
    check(attempt === 1 && order.id === 'o-2', JSON.stringify({ attempt, order }))
    check(order.email === '<redacted: e-mail>' && error !== undefined, JSON.stringify(order))
    say('→ A mail server that greylists. The receipt fails, so the job fails, so its charge is made again.')

    say('3. How often, and how much money is that? How long do jobs take, and how do they end?')
    const twice = await ask('counter', charging, 'charged twice', '--condition', 'attempt > 1')
    const cents = await ask('metric', place('src/worker.js', 'return { order: order.id'), 'cents', 'order.cents')
    const settling = await ask('duration', charging, 'settle')
    const money = await ask('tictoc', charging, place('src/worker.js', 'await sendReceipt('), 'the bank')
    const before = JSON.parse((await drive()).at(-1).body).length
    const after = JSON.parse((await drive()).at(-1).body).length
    const double = after - before - ORDERS.length
    await counted(twice, 2 * double)
    check((await measured(cents, 2 * ORDERS.length)).sum === 28_000, 'cents')
    await measured(settling, 2 * ORDERS.length, 'returned')
    await measured(settling, 2 * double, 'thrown')
    await measured(money, 2 * (ORDERS.length + double), 'elapsed')
    say(
      `→ ${double} of ${ORDERS.length} orders, each time; over both threads every one was counted. The fix: the order's id as the charge's idempotency key.`,
    )
  },
}
