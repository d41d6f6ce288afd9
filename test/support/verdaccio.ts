import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The last line that runs on Node 20. */
const VERSION = '6.2.0'
/** A dependency asks for a dist-tag of node-fetch that registries forget; this is the version it stood for. */
const OVERRIDES = { 'node-fetch': '2.7.0' }
const CACHE = fileURLToPath(new URL(`../../.cache/acceptance/verdaccio-${VERSION}`, import.meta.url))

/** Installs verdaccio, a private npm registry, from npm; once a checkout. */
export async function installVerdaccio(): Promise<string> {
  if (existsSync(CACHE)) return CACHE
  const fresh = `${CACHE}.${process.pid}`
  await mkdir(fresh, { recursive: true })
  const manifest = { private: true, dependencies: { verdaccio: VERSION }, overrides: OVERRIDES }
  await writeFile(join(fresh, 'package.json'), JSON.stringify(manifest))
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: fresh })
  await rename(fresh, CACHE)
  return CACHE
}

/** A configuration that keeps everything below `folder` and asks nobody else. */
export async function configure(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'config.yaml')
  const anybody = '{ access: $all, publish: $authenticated, unpublish: $authenticated }'
  await writeFile(
    file,
    [
      'storage: ./storage',
      'auth: { htpasswd: { file: ./htpasswd, max_users: 10 } }',
      'uplinks: {}',
      `packages: { '@*/*': ${anybody}, '**': ${anybody} }`,
      'log: { type: stdout, format: pretty, level: warn }',
      'web: { enable: false }',
    ].join('\n'),
  )
  return file
}

/** The line of an original source, as the maps of the installed package carry it. */
export async function lineInSource(scriptPath: string, text: string): Promise<number> {
  const script = await readFile(scriptPath, 'utf8')
  const map = JSON.parse(Buffer.from(/base64,(\S+)\s*$/.exec(script)?.[1] ?? '', 'base64').toString()) as {
    sourcesContent: string[]
  }
  const line = (map.sourcesContent[0] ?? '').split('\n').findIndex((each) => each.includes(text))
  if (line === -1) throw new Error(`${scriptPath} has no source line ${text}`)
  return line + 1
}

export interface Answer {
  request: string
  status: number
  type: string | null
  body: string
}

/** Uses a registry as npm does, and keeps every answer. What differs by nature (tokens, dates, revisions) is blanked. */
export async function useRegistry(url: string): Promise<Answer[]> {
  const answers: Answer[] = []
  let token = ''
  async function ask(method: string, path: string, body?: unknown): Promise<string> {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    answers.push({
      request: `${method} ${path}`,
      status: response.status,
      type: response.headers.get('content-type'),
      body: blank(text, url),
    })
    return text
  }

  await ask('GET', '/-/ping')
  await ask('GET', '/-/whoami')
  const user = JSON.parse(
    await ask('PUT', '/-/user/org.couchdb.user:ada', { name: 'ada', password: 'a-long-password' }),
  ) as { token: string }
  token = user.token
  await ask('GET', '/-/whoami')
  for (const name of ['left', '@acme%2fright']) {
    for (const version of ['1.0.0', '1.1.0'])
      await ask('PUT', `/${name}`, publication(decodeURIComponent(name), version))
    await ask('GET', `/${name}`)
    await ask('GET', `/${name}/1.0.0`)
  }
  await ask('PUT', '/left', publication('left', '1.0.0'))
  await ask('GET', '/left/-/left-1.1.0.tgz')
  await ask('PUT', '/-/package/left/dist-tags/stable', '1.0.0')
  await ask('GET', '/-/package/left/dist-tags')
  await ask('GET', '/-/v1/search?text=left&size=5')
  await ask('GET', '/nothing-of-that-name')
  await ask('PUT', '/broken', { name: 'broken' })
  token = 'not-a-token'
  await ask('PUT', '/left', publication('left', '2.0.0'))
  return answers
}

function publication(name: string, version: string) {
  const tarball = Buffer.from(`the contents of ${name} ${version}`)
  const file = `${name}-${version}.tgz`
  return {
    _id: name,
    name,
    'dist-tags': { latest: version },
    versions: {
      [version]: {
        name,
        version,
        _id: `${name}@${version}`,
        dist: { shasum: '0'.repeat(40), tarball: `http://registry/${name}/-/${file}` },
      },
    },
    _attachments: {
      [file]: { content_type: 'application/octet-stream', data: tarball.toString('base64'), length: tarball.length },
    },
  }
}

function blank(text: string, url: string): string {
  return text
    .replaceAll(url, 'URL')
    .replace(/"token": ?"[^"]+"/g, '"token": ""')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, 'DATE')
    .replace(/"_rev": ?"[^"]+"/g, '"_rev": ""')
    .replace(/"(created|time)": ?\d+/g, '"$1": 0')
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
