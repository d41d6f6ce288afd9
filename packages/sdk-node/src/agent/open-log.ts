import type { AgentLogConfig } from '../config/config.ts'
import { type AgentLog, createAgentLog, toStderr } from './agent-log.ts'
import { createLogFiles } from './log-files.ts'

/** The log of this process's agent, where it is wanted. `lastWords`: writes what still waits, the process ends. */
export function openLog({ level, directory, ...bounds }: AgentLogConfig): { log: AgentLog; lastWords(): void } {
  if (directory === undefined) return { log: createAgentLog(level, toStderr), lastWords() {} }
  const { pid } = process
  const { output, lastWords } = createLogFiles({ ...bounds, directory, pid, now: Date.now, isAlive })
  return { log: createAgentLog(level, output), lastWords }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
