/** @type {import('../../scripts/examples/example.d.ts').Example} */
export default {
  command: ['server.js'],
  preload: 'require',

  async drive(request) {
    for (const query of ['', '?color=red', '?color=red&size=M', '?color=blue']) await request(`/search${query}`)
    await request('/products/p2')
    await request('/products/p9')
  },

  async hunt({ say, check, ask, drive, place, counted, measured, snapshot, texts }) {
    const counts = (answers) => answers.slice(0, 4).map(({ body }) => JSON.parse(body).count)
    const found = counts(await drive())
    check(found.join() === '4,2,1,0', found.join())
    say(
      `Nobody finds anything blue, though there are two: a search found ${found[3]}. After a restart all is well, for a minute.`,
    )

    say(
      '1. Is the query read as it was typed? `req.query` is a getter of Express 5, which is not run; `query` was handed on, and is seen.',
    )
    const reading = place('src/search.js', 'return options')
    const log = await ask(
      'log',
      reading,
      'color {query.color}: {options.filters.length} filters',
      '--condition',
      'query.color === "blue"',
      '--max-hits',
      '1',
    )
    await drive()
    const [logged] = await texts(log, 1)
    check(logged === 'color blue: 8 filters', logged)
    say('→ Of one color eight filters were made.')

    say('2. Which, and where are they from?')
    const look = await ask(
      'snapshot',
      reading,
      '--condition',
      'query.size === undefined',
      '--watch',
      'options.filters === DEFAULTS.filters',
    )
    await drive()
    const seen = await snapshot(look)
    check(seen['options.filters === DEFAULTS.filters'] === true, JSON.stringify(seen))
    check(seen.options.filters.length === 8, JSON.stringify(seen.options))
    say(
      `→ Those of everybody before: { ...DEFAULTS } copies the object and shares its array, and every search pushes into it.`,
    )

    say('3. How bad is it? And how do requests end that find no product?')
    const filters = await ask('metric', reading, 'filters', 'options.filters.length')
    const wrong = await ask('counter', reading, 'foreign', '--condition', 'options.filters.length > 2')
    const waiting = await ask(
      'tictoc',
      place('src/search.js', 'const products ='),
      place('src/search.js', 'return found'),
      'search',
    )
    const finding = await ask('duration', place('src/catalogue.js', 'const product ='), 'findProduct')
    await drive()
    await counted(wrong, 4)
    check((await measured(filters, 4)).max === 16, 'four rounds of four filters')
    await measured(waiting, 4, 'elapsed')
    await measured(finding, 1, 'returned')
    await measured(finding, 1, 'thrown')
    say('→ Each of four searches had filters of others, 16 by now. The fix: filters: [...DEFAULTS.filters].')
  },
}
