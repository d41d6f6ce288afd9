import type { QuotaPolicy } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode, usageError } from '../exit-code.ts'
import { dim, type Line } from '../output/line.ts'

interface QuotaOptions {
  cpu?: string
  conditions?: string
  logs?: string
  bytes?: string
  reset?: true
}

export function addQuota(program: Command, bind: Bind): void {
  program
    .command('quota')
    .option('--cpu <percent>', 'of one core, for all actions of a process together')
    .option('--conditions <percent>', 'of one core, for their conditions alone')
    .option('--logs <count>', 'lines of logs a second')
    .option('--bytes <count>', 'bytes of hits a second')
    .option('--reset', 'leave all that is not said here to the agents')
    .description('what actions may take of each service: show it, or change it while they run')
    .action(bind(quota))
}

async function quota(session: Session, { reset, ...said }: QuotaOptions): Promise<ExitCode> {
  const { connect, terminal, signal, json } = session
  const client = connect()
  const changes = parseQuota(said)
  const before = (await client.policy({ signal })).quota ?? {}
  const isChange = reset || Object.keys(changes).length > 0
  const policy = isChange
    ? await client.setQuota({ ...(reset ? {} : before), ...changes }, { signal })
    : { quota: before }
  if (json) terminal.json(policy.quota ?? {})
  else terminal.out(...describe(policy.quota ?? {}))
  return EXIT.ok
}

function parseQuota({ cpu, conditions, logs, bytes }: Omit<QuotaOptions, 'reset'>): QuotaPolicy {
  return {
    ...(cpu === undefined ? {} : { cpuPercent: parseAmount('--cpu', cpu) }),
    ...(conditions === undefined ? {} : { conditionPercent: parseAmount('--conditions', conditions) }),
    ...(logs === undefined ? {} : { logsPerSecond: parseAmount('--logs', logs) }),
    ...(bytes === undefined ? {} : { bytesPerSecond: parseAmount('--bytes', bytes) }),
  }
}

/** More than nothing. What is allowed is the server's to say. */
function parseAmount(option: string, text: string): number {
  const amount = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0
  if (amount > 0) return amount
  throw usageError(`${option} takes a number above 0, not "${text}"`)
}

function describe({ cpuPercent, conditionPercent, logsPerSecond, bytesPerSecond }: QuotaPolicy): Line[] {
  const field = (name: string, value: number | undefined, unit: string, otherwise: string): Line => [
    dim(name.padEnd(12)),
    value === undefined ? otherwise : `${value} ${unit}`,
  ]
  return [
    field('time', cpuPercent, '% of a core', 'as the services say, 1 % of a core by default'),
    field('conditions', conditionPercent, '% of a core of that', 'as the services say, all of that by default'),
    field('logs', logsPerSecond, 'lines a second', 'as the services say, any number by default'),
    field('sent', bytesPerSecond, 'bytes a second', 'as the services say, 1 MiB a second by default'),
  ]
}
