// An example without the agent, and with it: the bug is found by asking, and the answers to the requests are the same.
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { until } from '../demo/investigation.mjs'
import { placesIn } from '../demo/places.mjs'
import { createHunt } from './hunt.mjs'
import { createRequest, startService } from './service.mjs'

/**
 * @param {import('./example.d.ts').Example} example
 * @param {{ name: string, folder: string, processes: object, server: object, lightrun: object }} stand
 */
export async function verifyExample(example, stand) {
  const { name, lightrun, folder } = stand
  const service = await startService(example, stand, stand.server)
  const { request, answers } = createRequest(service.url)
  let rounds = 0
  const drive = async () => {
    const from = answers.length
    rounds++
    await example.drive(request)
    return answers.slice(from)
  }

  await connected(example, stand)
  const hunt = createHunt({ source: example.source ?? name, isThere: example.agents !== 0, lightrun, drive })
  await example.hunt({ ...hunt, place: placesIn(pathToFileURL(`${folder}/`)) })
  await hunt.tidy()
  await drive()
  assert.deepEqual(
    placesToldIn(folder).filter((place) => !hunt.places.has(place)),
    [],
    'README.md asks at the lines that the hunt asks at',
  )
  const said = await service.stop()
  assert.deepEqual(
    said.filter((line) => line.startsWith('lightrun:')),
    [],
    'the agent has nothing to complain of',
  )

  const plain = await startService(example, stand)
  const expected = createRequest(plain.url)
  for (let round = 0; round < rounds; round++) await example.drive(expected.request)
  await plain.stop()
  assert.deepEqual(answers, expected.answers, 'answers with and without the agent')
  hunt.say(`${answers.length} answers of ${name} are the same without lightrun.`)
}

/** What the commands in the README ask at: `src/pricing.ts:12`. */
function placesToldIn(folder) {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  return [...readme.matchAll(/lightrun (?:log|snapshot|counter|metric|duration|tictoc) \S+ '?([^\s']+:\d+)/g)].map(
    ([, place]) => place,
  )
}

/** @returns {Promise<void>} once all agents of the service are there; those of threads have a number behind their name */
export function connected({ agents = 1 }, { name, lightrun }) {
  return until(`${name} to connect`, async () => {
    const [all] = await lightrun.json('agents')
    return all.filter((agent) => agent.connected && agent.displayName.startsWith(name)).length >= agents
  })
}
