/** @type {import('../../scripts/examples/example.d.ts').Example} */
export default {
  command: ['dist/main.js'],
  preload: 'import',

  async drive(request) {
    for (const query of ['', '?offset=0&limit=5', '?offset=5&limit=5', '?offset=1&limit=1'])
      await request(`/entries${query}`)
    await request('/entries/7')
    await request('/entries/77')
    await request('/entries/seven')
  },

  async hunt({ say, check, ask, drive, place, counted, measured, snapshot, texts }) {
    const pages = (await drive()).slice(0, 4).map(({ body }) => JSON.parse(body).data)
    const sizes = pages.map(({ entries }) => entries.length)
    check(sizes.join() === '5,5,35,10', sizes.join())
    say(
      `Pages of 5 entries have ${sizes.join(', ')} of them. The compiler, the tests of the service and the first page say that all is well.`,
    )

    say('1. What is the service asked for? In a method of a class that was compiled by swc, decorators and all.')
    const ending = place('src/entries.service.ts', 'const entries = ENTRIES.slice')
    const look = await ask('snapshot', ending, '--condition', 'end > 50', '--watch', 'typeof limit')
    await drive()
    const seen = await snapshot(look)
    check(seen.offset === '5' && seen.limit === '5' && seen.end === '55', JSON.stringify(seen))
    check(seen['typeof limit'] === 'string', JSON.stringify(seen))
    check(seen.frames[1].file.endsWith('src/entries.controller.ts'), JSON.stringify(seen.frames))
    say(
      `→ offset + limit is "${seen.end}": both are strings, whatever @Query('limit') limit: number says. A type is no conversion.`,
    )

    say('2. Which routes are concerned? Ask in the controllers.')
    const list = await ask(
      'log',
      place('src/entries.controller.ts', 'const page ='),
      'list: {typeof offset}',
      '--max-hits',
      '4',
    )
    const one = await ask(
      'log',
      place('src/entries.controller.ts', 'return this.entries.find(id)'),
      'one: {typeof id}',
      '--max-hits',
      '2',
    )
    await drive()
    check((await texts(list, 4)).join() === 'list: number,list: string,list: string,list: string', 'the list')
    check((await texts(one, 2)).join() === 'one: number,one: number', 'the one')
    say('→ Those without ParseIntPipe, and only when the query says something: the default is a number.')

    say('3. How many answers were wrong, how large did they get, how long did it take, and how did lookups end?')
    const wrong = await ask('counter', ending, 'strings', '--condition', 'typeof end === "string"')
    const size = await ask(
      'metric',
      place('src/entries.service.ts', 'return { entries, next:'),
      'entries',
      'entries.length',
    )
    const enveloped = await ask(
      'log',
      place('src/envelope.interceptor.ts', 'return envelope'),
      '{handler}',
      '--max-hits',
      '5',
    )
    const find = await ask('duration', place('src/entries.service.ts', 'const entry ='), 'find')
    const paging = await ask(
      'tictoc',
      place('src/entries.controller.ts', 'const page ='),
      place('src/entries.controller.ts', 'return page'),
      'page',
    )
    await drive()
    await counted(wrong, 3)
    check((await measured(size, 4)).max === 35, 'entries')
    check((await texts(enveloped, 5)).join() === 'list,list,list,list,one', 'the interceptor')
    await measured(find, 1, 'returned')
    await measured(find, 1, 'thrown')
    await measured(paging, 4, 'elapsed')
    say('→ Three of four. The fix: new ValidationPipe({ transform: true }), or a pipe on each parameter.')
  },
}
