import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from '../agent/stand.mjs'
import { startDatadogAgent } from './datadog-agent.mjs'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))

/**
 * The other agents behind one shape. `start` runs a script under the agent; the `probe` it is given is
 * `{ path, line, condition?, log?, snapshot? }`, 1-based. `prove` throws unless the agent captured something.
 */
export async function createPeers(directory) {
  const datadogAgent = await startDatadogAgent()
  const children = []
  const run = (script, preload, env, args = []) => {
    const child = fork(script, args, {
      execArgv: ['--require', file(preload)],
      env: { ...process.env, PEERS: directory, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    children.push(child)
    return child
  }
  let services = 0

  const datadog = {
    name: 'Datadog',
    async start(script, args) {
      const service = `bench-${++services}`
      const child = run(script, 'datadog.cjs', environmentOf(datadogAgent.url, service), args)
      await once(child, 'message')
      let offered
      return {
        child,
        async place(probe) {
          offered = datadogAgent.offer(service, datadogProbe(probe))
          await until(`Datadog to install a probe in ${service}`, () =>
            offered.diagnostics.some((text) => text.includes('INSTALLED')),
          )
        },
        async prove() {
          await until(`a hit of ${service}`, () => offered.input.length > 0)
        },
      }
    },
  }
  const google = {
    name: 'Google',
    async start(script, args) {
      const child = run(script, 'google.cjs', {}, args)
      await once(child, 'message')
      return {
        child,
        async place(probe) {
          child.send({ probe })
          const [{ probed }] = await once(child, 'message')
          if (probed !== true) throw new Error(`Google's agent: ${probed}`)
        },
        async prove() {
          child.send({ proof: true })
          const [{ hits }] = await once(child, 'message')
          if (!(hits > 0)) throw new Error("Google's agent captured nothing")
        },
      }
    },
  }

  return {
    agents: [datadog, google],
    close() {
      for (const child of children) child.kill('SIGKILL')
      datadogAgent.close()
    },
  }
}

const environmentOf = (url, service) => ({
  DD_TRACE_AGENT_URL: url,
  DD_SERVICE: service,
  DD_DYNAMIC_INSTRUMENTATION_ENABLED: '1',
  DD_REMOTE_CONFIG_POLL_INTERVAL_SECONDS: '0.2',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: '0',
})

function datadogProbe({ path, line, condition, log, snapshot }) {
  const where = { sourceFile: path, lines: [String(line)] }
  if (snapshot)
    return {
      where,
      template: 'snapshot',
      segments: [{ str: 'snapshot' }],
      captureSnapshot: true,
      sampling: { snapshotsPerSecond: snapshot.perSecond },
    }
  return {
    where,
    template: 'score',
    segments: [
      { str: 'score ' },
      { dsl: 'sum', json: { ref: 'sum' } },
      { str: ' for ' },
      { dsl: 'user.name', json: { getmember: [{ ref: 'user' }, 'name'] } },
    ],
    captureSnapshot: false,
    sampling: { snapshotsPerSecond: log?.unlimited ? 1_000_000 : 5_000 },
    ...(condition ? { when: { dsl: condition, json: { gt: [{ getmember: [{ ref: 'user' }, 'age'] }, 100] } } } : {}),
  }
}
