// What a hunt asks with: the command, before the reader's eyes, and its --json to check what is told.
import { plainValue } from '../demo/captured.mjs'
import { say, until } from '../demo/investigation.mjs'
import { shellWord } from '../demo/lightrun.mjs'

/** Counts that are sent every few seconds are waited for so long; a count too many would show as well. */
const SETTLED_MS = 2_500

/** @typedef {ReturnType<typeof createHunt>} Hunt */

/**
 * @param {object} options
 * @param {string} options.source whom to ask
 * @param {ReturnType<import('../demo/lightrun.mjs').createLightrun>} options.lightrun
 * @param {boolean} options.isThere whether it runs while it is asked
 * @param {() => Promise<import('./example.d.ts').Answer[]>} options.drive one round of requests
 */
export function createHunt({ source, isThere, lightrun, drive }) {
  const asked = []
  const places = new Set()

  /** Asks, and waits until it is in place in every agent that has loaded the file; resolves with the id. */
  async function ask(type, place, ...rest) {
    const args = [type, source, place, ...rest]
    console.log(`\n$ lightrun ${args.map(shellWord).join(' ')}`)
    const [{ id }] = await lightrun.json(...args, '--no-wait')
    asked.push(id)
    places.add(place)
    if (!isThere) return id
    await awaited('placing', id, async () => {
      const [action] = await lightrun.json('show', id)
      const states = action.agents.map(({ status }) => status)
      const isElsewhere = ({ state, code }) => state === 'failed' && code === 'file_not_found'
      const isPlaced = ({ state }) => state === 'placed' || state === 'hitting'
      const faults = states.filter((each) => each.state === 'failed' && !isElsewhere(each))
      check(faults.length === 0, `${type} at ${place}: ${JSON.stringify(faults)}`)
      return states.some(isPlaced) && states.every((each) => isPlaced(each) || isElsewhere(each))
    })
    return id
  }

  /** Waits, and tells where the action stands when it was in vain. */
  async function awaited(what, id, isSo) {
    try {
      await until(`${what} of ${id}`, isSo)
    } catch (error) {
      await lightrun.show('show', id)
      throw error
    }
  }

  /** Resolves with the hits, once there are so many. */
  async function hits(id, count) {
    await awaited(`${count} hits`, id, async () => (await lightrun.json('show', id))[0].hitCount >= count)
    await lightrun.show('hits', id)
    const found = await lightrun.json('hits', id)
    check(found.length === count, `${found.length} hits, not ${count}`)
    return found
  }

  return {
    say,
    check,
    drive,
    ask,
    places,

    /** Resolves with the texts of a log, once there are so many. */
    async texts(id, count) {
      return (await hits(id, count)).map(({ data }) => data.text)
    },

    /** Resolves with the variables and watched expressions of a snapshot as plain values, and its `frames`, innermost first. */
    async snapshot(id) {
      const [{ data }] = await hits(id, 1)
      const variables = Object.fromEntries(data.variables.map((each) => [each.name, plainValue(each.value)]))
      const watched = Object.fromEntries(data.watches.map((each) => [each.name, plainWatch(each)]))
      return { ...variables, ...watched, frames: data.frames }
    },

    /** Resolves once a counter says so, and still does a while later. */
    async counted(id, count) {
      const total = async () => (await lightrun.json('hits', id))[0].total
      await awaited(`${count} passes`, id, async () => (await total()) >= count)
      await new Promise((resolve) => setTimeout(resolve, SETTLED_MS))
      await lightrun.show('hits', id)
      check((await total()) === count, `${await total()} were counted, not ${count}`)
    },

    /** Resolves with the statistics of a measurement, once it has so many values. */
    async measured(id, count, series = 'value') {
      const read = async () => (await lightrun.json('hits', id))[0]?.total?.[series]
      await awaited(`${count} values`, id, async () => ((await read())?.count ?? 0) >= count)
      await lightrun.show('hits', id)
      const statistics = await read()
      check(statistics.count === count, `${statistics.count} values, not ${count}`)
      return statistics
    },

    /** Removes all that was asked. */
    async tidy() {
      if (asked.length > 0) await lightrun.json('rm', ...asked)
    },
  }
}

function plainWatch({ name, value, error }) {
  check(error === undefined, `${name}: ${error}`)
  return plainValue(value)
}

function check(holds, otherwise) {
  if (!holds) throw new Error(`what was to be told is not true: ${otherwise}`)
}
