/** @type {import('../../scripts/examples/example.d.ts').Example} */
export default {
  command: ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1'],
  preload: 'environment',

  async drive(request) {
    await request('/')
    for (const currency of ['EUR', 'USD', 'JPY']) await request(`/api/quote?show=hamlet&seats=2&currency=${currency}`)
    await request('/api/quote?show=macbeth')
    const { body } = await request('/events/tosca?currency=JPY')
    // What a browser posts when its user presses "Book": the hidden fields, among them the server action's id, and the seats.
    const form = new FormData()
    for (const [, name, value = ''] of body.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)) {
      form.append(name, value)
    }
    form.append('seats', '3')
    const { location } = await request('/events/tosca', { method: 'POST', body: form })
    await request(location)
  },

  async hunt({ say, ask, check, drive, place, counted, measured, snapshot, texts }) {
    const first = await drive()
    const quotes = first.filter(({ body }) => body.startsWith('{"asked"')).map(({ body }) => JSON.parse(body))
    const isWrong = ({ asked, quote }) => quote.currency !== asked
    const wrong = quotes.filter(isWrong)
    check(wrong.length === 2, `${JSON.stringify(quotes)}`)
    say(
      `Who asks for ${wrong[0].asked} is quoted ${wrong[0].quote.cents / 100} ${wrong[0].quote.currency}. In development it never happens.`,
    )

    say(
      '1. The route handler: does it lose the currency? Lines and names are those of the sources, though `next build` bundled and minified them.',
    )
    const asking = place('app/api/quote/route.ts', 'await quoteFor(')
    const log = await ask('log', asking, '{seats} seats for {show.title} in {currency}', '--max-hits', '3')
    await drive()
    const logged = await texts(log, 3)
    check(logged[1] === '2 seats for Hamlet in USD', logged[1])
    say('→ No: it asks for what the visitor asked for.')

    say('2. What does it get instead of a new quote?')
    const known = place('lib/quote.ts', 'if (known !== undefined)')
    const foreign = 'known !== undefined && known.currency !== currency'
    const look = await ask('snapshot', known, '--condition', foreign)
    await drive()
    const seen = await snapshot(look)
    check(seen.currency === 'USD' && seen.known.currency === 'EUR' && seen.key === 'hamlet/2', JSON.stringify(seen))
    check(seen.frames[0].function === 'quoteFor' && seen.frames[1].file.endsWith('app/api/quote/route.ts'), 'the stack')
    say(`→ A quote that was made in ${seen.known.currency}: it is kept under the key ${seen.key}, which has no currency in it.
  In development every edit empties the Map, and there is one developer with one currency.`)

    say("3. Is that all? How often, how long do quotes take, and does the page's server action do it too?")
    const counter = await ask('counter', known, 'foreign', '--condition', foreign)
    const duration = await ask('duration', known, 'quoteFor')
    const action = await ask(
      'log',
      place('app/events/[id]/book.ts', 'await quoteFor('),
      'booking {seats} in {currency}',
    )
    const page = await ask(
      'tictoc',
      place('app/events/[id]/page.tsx', 'const { id } ='),
      place('app/events/[id]/page.tsx', 'return ('),
      'page',
    )
    const rounds = [...(await drive()), ...(await drive())]
    const wrongNow = rounds.filter(({ body }) => body.startsWith('{"asked"') && isWrong(JSON.parse(body))).length
    await counted(counter, wrongNow)
    await measured(duration, 10, 'returned')
    await measured(page, 2, 'elapsed')
    check(
      (await texts(action, 2)).every((text) => text === 'booking 3 in JPY'),
      'the server action',
    )
    say(
      `→ The visitors got ${wrongNow} quotes in a foreign currency, and ${wrongNow} were counted. The fix: the currency belongs into the key.`,
    )
  },
}
