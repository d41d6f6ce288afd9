import type { AgentView } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { dim, green, type Span, yellow } from '../output/line.ts'
import { plain } from '../output/plain.ts'
import { table } from '../output/table.ts'
import { agentName } from '../render/agent-name.ts'
import { span } from '../render/time.ts'
import { shortIds } from '../resolve/short-ids.ts'

export function addAgents(program: Command, bind: Bind): void {
  program.command('agents').description('the services that can be asked').action(bind(listAgents))
}

async function listAgents({ connect, terminal, clock, signal, json }: Session): Promise<ExitCode> {
  const agents = await connect().agents({ signal })
  if (json) {
    terminal.json(agents)
    return EXIT.ok
  }
  if (agents.length === 0) {
    terminal.err(
      'no service has connected yet; start one with:',
      '  LIGHTRUN_SECRET=<pool key> node --import @lightrun/sdk-node/register app.js',
    )
    return EXIT.ok
  }
  const short = shortIds(agents.map((agent) => agent.id))
  const nowMs = clock.nowMs()
  const rows = withTheirWorkers(agents).map((agent) => [
    agent.connected ? agentName(agent) : dim(agentName(agent)),
    stateOf(agent, nowMs),
    short.get(agent.id) ?? agent.id,
    agent.tags.map((tag) => `tag:${tag}`).join(' '),
    `${agent.hostname}:${agent.pid}`,
    `${agent.runtime.name} ${agent.runtime.version}`,
    agent.pool,
  ])
  terminal.out(...table(['NAME', 'STATE', 'ID', 'TAGS', 'HOST:PID', 'RUNTIME', 'POOL'], rows, terminal.columns))
  for (const { connected, detached, ...agent } of agents) {
    if (connected && detached !== undefined) terminal.err(plain(`${agentName(agent)}: ${detached.message}`))
  }
  return EXIT.ok
}

function stateOf({ connected, detached, startedAtMs, lastSeenAtMs }: AgentView, nowMs: number): Span {
  if (!connected) return dim(`gone for ${span(nowMs - lastSeenAtMs)}`)
  if (detached !== undefined) return yellow(`detached for ${span(nowMs - detached.sinceMs)}`)
  return green(`up ${span(nowMs - startedAtMs)}`)
}

/** Worker threads right after the process they belong to. */
function withTheirWorkers(agents: readonly AgentView[]): AgentView[] {
  const processOf = ({ id, worker }: AgentView) => worker?.processAgentId ?? id
  const places = new Map(agents.filter(({ worker }) => worker === undefined).map(({ id }, index) => [id, index]))
  const place = (agent: AgentView) => places.get(processOf(agent)) ?? places.size
  const thread = ({ worker }: AgentView) => worker?.threadId ?? 0
  return [...agents].sort((a, b) => place(a) - place(b) || thread(a) - thread(b))
}
