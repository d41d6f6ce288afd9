import { once } from 'node:events'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, type Running, type Stand, start } from './support/stand.ts'

const CART = `function total(items) {
  const sum = items.reduce((a, b) => a + b, 0)
  return sum
}
class Cart {
  constructor(items) { this.items = items }
  check(limit = 1, ...rest) {
    const sum = total(this.items)
    if (sum > limit) throw new RangeError('over ' + limit)
    return sum
  }
}
`
const LINE = 3

/** Works when what was asked is in place, and ends when the answer has arrived: the test tells both by a file. */
const whenTold = (work: string) => `
const told = (file) => new Promise((resolve) => {
  const timer = setInterval(() => require('node:fs').existsSync(file) && resolve(clearInterval(timer)), 10)
})
async function main() {
  await told('go')
  ${work}
  await told('end')
}
main()
`

interface RunOptions {
  flags?: string[]
  env?: (folder: string) => Record<string, string>
  /** What is asked: a log of `sum`. */
  position?: { file: string; line: number }
  preload?: boolean
}

describe('what Node and V8 tell of a program is the same with the agent, while a line is asked', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await createStand()
  })
  afterAll(() => stand.close())

  const tell = (name: string, file: 'go' | 'end') => stand.write({ [`${name}/${file}`]: '' })

  async function end(app: Running, name: string): Promise<string> {
    const closed = once(app.child, 'close')
    await tell(name, 'end')
    expect(await closed, app.output()).toEqual([0, null])
    for (const file of ['go', 'end']) await rm(join(stand.folder, name, file))
    return app.output()
  }

  /** Runs it with the agent, and asks; answers with what it printed and what the status said. */
  async function runAsked(name: string, { flags = [], env, position, preload = true }: RunOptions) {
    const cwd = join(stand.folder, name)
    const app = stand.app(name, [...flags, 'main.cjs'], { cwd, env: env?.('asked') ?? {}, preload })
    await stand.agent(name)
    const { id } = await stand.client.createAction({
      source: name,
      position: position ?? { file: 'main.cjs', line: LINE },
      task: { type: 'log', format: '{sum}', level: 'info', targets: ['server'] },
    })
    const { agents } = await stand.action(
      id,
      ({ agents: [agent] }) => (agent?.status.state ?? 'received') !== 'received',
    )
    expect(agents[0]?.status, JSON.stringify(agents)).toMatchObject({ state: 'placed' })
    await tell(name, 'go')
    const [hit] = await stand.hits(id, 1)
    expect(hit?.data).toMatchObject({ text: '6' })
    return { output: await end(app, name), placed: agents[0]?.status }
  }

  /** Runs it as it is, and then asked. */
  async function runBoth(name: string, main: string, options: RunOptions = {}) {
    await stand.write({ [`${name}/main.cjs`]: main })
    const { flags = [], env } = options
    const cwd = join(stand.folder, name)
    const app = start(process.execPath, [...flags, 'main.cjs'], { cwd, env: env?.('plain') ?? {} })
    await tell(name, 'go')
    const plain = await end(app, name)
    return { plain, asked: await runAsked(name, options) }
  }

  it('the lines of a stack', async () => {
    const work = `try { new Cart([1, 2, 3]).check(5) } catch (error) {
      console.log(error.stack.split('\\n').slice(0, 3).map((line) => line.replace(/:\\d+\\)?$/, '')))
    }`
    const { plain, asked } = await runBoth('stack', CART + whenTold(work))
    expect(plain).toContain('main.cjs:9')
    expect(asked.output).toBe(plain)
    expect(asked.placed).toMatchObject({ engine: 'weave' })
  })

  it("Error.prepareStackTrace: the program's own is called, with the same functions, types and lines", async () => {
    const work = `
      Error.prepareStackTrace = (error, sites) => sites.filter((site) => site.getFileName() === __filename).map((site) =>
        [site.getFunctionName(), site.getTypeName(), site.getMethodName(), site.getLineNumber(), site.isConstructor(), site.isAsync()].join())
      try { new Cart([1, 2, 3]).check(5) } catch (error) { console.log(error.stack) }`
    const { plain, asked } = await runBoth('prepared', CART + whenTold(work))
    expect(plain).toContain('check,Cart,check,9,false,false')
    expect(asked.output).toBe(plain)
  })

  it('--enable-source-maps: the files and lines of the source', async () => {
    // Line n of the script is line 10 + n of the source.
    const work = `
      try { new Cart([1, 2, 3]).check(5) } catch (error) { console.log(error.stack.match(/cart\\.ts:\\d+/g)) }`
    const script = CART + whenTold(work)
    const mappings = `AAUA${';AACA'.repeat(script.split('\n').length - 2)}`
    const map = JSON.stringify({ version: 3, sources: ['src/cart.ts'], names: [], mappings })
    const main = `${script}//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}\n`
    const position = { file: 'src/cart.ts', line: 10 + LINE }
    const { plain, asked } = await runBoth('mapped', main, { flags: ['--enable-source-maps'], position })
    expect(plain).toContain('cart.ts:19')
    expect(asked.output).toBe(plain)
  })

  it('name, length, and what comes of the text of a function in a worker, a context and another process', async () => {
    // The first hit is to be of the function itself: in its own realm, a copy of its text calls its probes, too.
    const work = `
      console.log('itself', total([1, 2, 3]))
      console.log(total.name, total.length, Cart.name, Cart.length, Cart.prototype.check.name, Cart.prototype.check.length)
      const { Worker } = require('node:worker_threads')
      const text = '(' + total + ')([1, 2, 4])'
      const worker = new Worker('require("node:worker_threads").parentPort.postMessage(' + text + ')', { eval: true })
      console.log('worker', ...await require('node:events').once(worker, 'message'))
      console.log('context', require('node:vm').runInNewContext(text))
      console.log('process', String(require('node:child_process').execFileSync(process.execPath, ['-p', text])))
      console.log('made anew', (0, eval)(text))`
    const { plain, asked } = await runBoth('text', CART + whenTold(work))
    expect(plain).toBe('itself 6\ntotal 1 Cart 1 check 0\nworker 7\ncontext 7\nprocess 7\n\nmade anew 7\n')
    expect(asked.output).toBe(plain)
  })

  it('NODE_V8_COVERAGE: every count, because nothing is woven then and the inspector answers', async () => {
    const folder = (run: string) => join(stand.folder, 'coverage', run)
    const main = CART + whenTold('console.log(new Cart([1, 2, 3]).check(10))')
    const { plain, asked } = await runBoth('coverage', main, { env: (run) => ({ NODE_V8_COVERAGE: folder(run) }) })
    expect(asked.output).toBe(plain)
    expect(asked.placed).toMatchObject({ engine: 'inspector' })
    const counted = await counts(folder('plain'))
    expect(counted).toEqual(expect.arrayContaining(['total 1', 'Cart 1', 'check 1,0']))
    expect(await counts(folder('asked'))).toEqual(counted)
  })

  it('no port is open while the inspector serves', async () => {
    const work = "console.log(new Cart([1, 2, 3]).check(10), require('node:inspector').url())"
    const main = `${CART}require('@lightrun/sdk-node').start()\n${whenTold(work)}`
    await stand.write({ 'late/main.cjs': main })
    const asked = await runAsked('late', { preload: false })
    expect(asked.placed).toMatchObject({ engine: 'inspector' })
    expect(asked.output).toBe('6 undefined\n')
  })
})

interface Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[]
}

/** Of the functions that have a name: those without are asked by a timer, as often as that takes. */
async function counts(folder: string): Promise<string[]> {
  for (const file of await readdir(folder)) {
    const { result } = JSON.parse(await readFile(join(folder, file), 'utf8')) as Coverage
    const script = result.find(({ url }) => url.endsWith('main.cjs'))
    if (script === undefined) continue
    const named = script.functions.filter(({ functionName }) => functionName !== '')
    return named.map(({ functionName, ranges }) => `${functionName} ${ranges.map(({ count }) => count)}`)
  }
  throw new Error(`no coverage in ${folder}`)
}
