import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, type Running, type Stand, until } from './support/stand.ts'
import { type Answer, configure, freePort, installVerdaccio, lineInSource, useRegistry } from './support/verdaccio.ts'

// An application that nobody here wrote, with all its 240 packages woven: does it do the same, and can it be asked?
describe('verdaccio, from npm, with its packages woven', () => {
  let stand: Stand
  let home: string
  let plain: Answer[]

  async function startRegistry(name: string, options: { preload: boolean }): Promise<{ url: string; app: Running }> {
    const port = await freePort()
    const config = await configure(join(stand.folder, name))
    const bin = join(home, 'node_modules/verdaccio/bin/verdaccio')
    const app = stand.app(name, [bin, '--config', config, '--listen', `127.0.0.1:${port}`], {
      preload: options.preload,
      env: { LIGHTRUN_WEAVE_NODE_MODULES: 'true' },
    })
    const url = `http://127.0.0.1:${port}`
    await until('verdaccio', async () => {
      if (app.child.exitCode !== null) throw new Error(app.output())
      return (await fetch(`${url}/-/ping`).catch(() => undefined))?.ok || undefined
    })
    return { url, app }
  }

  beforeAll(async () => {
    ;[home, stand] = await Promise.all([installVerdaccio(), createStand()])
    const { url, app } = await startRegistry('plain', { preload: false })
    plain = await useRegistry(url)
    await app.kill()
  })
  afterAll(() => stand.close())

  it('answers as it does without us, dormant and armed, and gives the right values', async () => {
    expect(plain.map(({ status }) => status)).toContain(201)
    const { url } = await startRegistry('woven', { preload: true })
    await stand.agent('woven')
    expect(await useRegistry(url)).toEqual(plain)

    const build = join(home, 'node_modules/verdaccio/build')
    const whoami = await lineInSource(join(build, 'api/endpoint/api/whoami.js'), 'next({ username')
    const storage = await lineInSource(join(build, 'lib/storage.js'), 'await checkPackageLocal(name')
    const second = await startRegistry('asked', { preload: true })
    await stand.agent('asked')
    const log = await stand.lightrun(
      'log',
      'asked',
      `src/api/endpoint/api/whoami.ts:${whoami}`,
      'user {req.remote_user.name} by {req.method}',
      '--json',
    )
    const snapshot = await stand.lightrun(
      'snapshot',
      'asked',
      `src/lib/storage.ts:${storage}`,
      '--condition',
      "name.startsWith('@acme')",
      '--watch',
      'Object.keys(metadata.versions)',
      '--json',
    )
    expect([log.code, snapshot.code], log.stderr + snapshot.stderr).toEqual([0, 0])

    expect(await useRegistry(second.url)).toEqual(plain)

    const texts = (await stand.hits(idOf(log), 2)).map(({ data }) => (data.type === 'log' ? data.text : ''))
    expect(texts).toEqual(['user undefined by GET', 'user ada by GET'])
    const [hit] = await stand.hits(idOf(snapshot), 1)
    if (hit?.data.type !== 'snapshot') throw new Error('not a snapshot')
    const name = hit.data.variables.find((variable) => variable.name === 'name')
    expect(name?.value).toEqual({ type: 'string', value: '@acme/right' })
    expect(hit.data.watches).toMatchObject([{ value: { items: [{ value: '1.0.0' }] } }])
    expect(hit.data.frames[0]).toMatchObject({ file: expect.stringMatching(/src\/lib\/storage\.ts$/), line: storage })
  })
})

const idOf = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as { id: string }).id
