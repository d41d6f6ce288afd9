/** Households behind the load balancer, which tells them in a header, as they all do. */
const HOUSEHOLDS = ['203.0.113.7', '203.0.113.8', '198.51.100.23', '192.0.2.41']

/** @type {import('../../scripts/examples/example.d.ts').Example} */
export default {
  command: ['dist/server.cjs'],
  preload: 'import',

  async drive(request) {
    const book = (household, body) =>
      request('/bookings', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': household },
        body: JSON.stringify(body),
      })
    for (const household of HOUSEHOLDS) await book(household, { seats: 2, phone: '+44 20 7946 0958' })
    await book(HOUSEHOLDS[0], { seats: 9 })
  },

  async hunt({ say, check, ask, drive, place, counted, measured, snapshot, texts }) {
    const refused = (answers) => answers.filter(({ status }) => status === 429).length
    check(refused(await drive()) === 2, 'two of four households were refused')
    say('Sales go badly: of four households that wanted two tickets each, two were told that they had four already.')

    say('1. Who is refused? The service is one minified file; lines, names and frames are those of its sources.')
    const refusing = place('src/allowance.ts', 'throw new TooMany')
    const look = await ask('snapshot', refusing)
    await drive()
    const seen = await snapshot(look)
    check(seen.client === '127.0.0.1' && seen.amount === 2 && seen.after === 6, JSON.stringify(seen))
    check(seen.frames[1].file.endsWith('src/app.ts'), JSON.stringify(seen.frames))
    say(`→ A client that is called ${seen.client}: that is the load balancer.`)

    say('2. Is everybody? Log clients where the allowance is spent, and what the request said of itself.')
    const spending = place('src/app.ts', 'allowance.spend(request.ip')
    const log = await ask(
      'log',
      spending,
      '{wanted} tickets for {request.raw.rawHeaders.includes("203.0.113.7")}',
      '--max-hits',
      '4',
    )
    await drive()
    const logged = await texts(log, 4)
    check(logged[0] === '2 tickets for true' && logged[1] === '2 tickets for false', logged.join())
    say(
      '→ The households are told apart in x-forwarded-for; request.ip is the peer, unless Fastify({ trustProxy: true }).',
    )

    say('3. How many were turned away?')
    const turned = await ask('counter', refusing, 'turned away')
    const tickets = await ask('metric', place('src/allowance.ts', 'if (after > this.#limit)'), 'tickets', 'amount')
    const answers = [...(await drive()), ...(await drive())]
    await counted(turned, refused(answers))
    check((await measured(tickets, 8)).mean === 2, 'two tickets each')
    check(refused(answers) === 8, 'by now, everybody')
    say(`→ All ${refused(answers)} that asked since; not one seat was reserved.`)
  },
}
