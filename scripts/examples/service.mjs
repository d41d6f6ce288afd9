// The service of an example, with and without the agent.
const REGISTER = '@lightrun/sdk-node/register'
const START_MS = 60_000
/** Percent of a core: on a machine that does much else, time that a process waited for its turn is charged as well. */
const MAX_CPU_COST = 25

/**
 * @param {import('./example.d.ts').Example} example
 * @param {{ name: string, folder: string, processes: ReturnType<import('../demo/processes.mjs').createProcesses> }} where
 * @param {{ url: string, lightrunSecret: string } | undefined} server `undefined`: without the agent
 * @returns {Promise<{ url: string, stop(): Promise<string[]> }>} `stop` tells what it said last
 */
export async function startService({ command, preload }, { name, folder, processes }, server) {
  const flags = server === undefined ? [] : flagsOf(preload)
  const started = processes.start(
    server === undefined ? `${name} without lightrun` : name,
    [process.execPath, ...(preload === 'environment' ? [] : flags), ...command],
    {
      cwd: folder,
      env: {
        PORT: '0',
        NEXT_TELEMETRY_DISABLED: '1',
        NODE_OPTIONS: preload === 'environment' ? flags.join(' ') : '',
        ...(server && {
          LIGHTRUN_SECRET: server.lightrunSecret,
          LIGHTRUN_API_ENDPOINT: server.url,
          LIGHTRUN_DISPLAY_NAME: name,
          LIGHTRUN_TAGS: name,
          LIGHTRUN_MAX_CPU_COST: String(MAX_CPU_COST),
        }),
      },
    },
  )
  const [, url] = await started.line(/(?:listening on|Local:)\s+(http:\S+)/, START_MS)
  return { url, stop: () => started.stop() }
}

function flagsOf(preload) {
  switch (preload) {
    case 'import':
    case 'environment':
      return ['--import', REGISTER]
    case 'require':
      return ['--require', REGISTER]
    case 'code':
      return []
    default:
      throw new Error(`no way in is called ${preload}`)
  }
}

/** @returns {{ request: import('./example.d.ts').Request, answers: object[] }} `answers` has what was answered so far. */
export function createRequest(url) {
  const answers = []
  return {
    answers,
    async request(path, init) {
      const response = await fetch(new URL(path, url), { redirect: 'manual', ...init })
      const answer = {
        status: response.status,
        type: response.headers.get('content-type'),
        location: response.headers.get('location'),
        body: await response.text(),
      }
      answers.push(answer)
      return answer
    },
  }
}
