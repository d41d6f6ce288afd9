import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { startOwnThread } from './own-thread.ts'

it('the thread has no streams that come to life in the application', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lightrun-thread-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'thread.mjs')
  await writeFile(
    file,
    "console.log('out'); console.error('err'); await import('node:worker_threads').then(({ parentPort }) => parentPort.postMessage('done'))",
  )
  const thread = startOwnThread(pathToFileURL(file), { name: 'test' })
  const seen: string[] = []
  for (const [name, stream] of Object.entries({ stdout: thread.stdout, stderr: thread.stderr })) {
    for (const event of ['readable', 'end', 'close']) stream.on(event, () => seen.push(`${name} ${event}`))
  }
  expect(await once(thread, 'message')).toEqual(['done'])
  await thread.terminate()
  await new Promise((resolve) => setImmediate(resolve))
  expect(seen).toEqual([])
})
