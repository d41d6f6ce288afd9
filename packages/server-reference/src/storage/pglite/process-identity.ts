import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Names one run of one process. A pid alone does not: it is given to somebody else after a crash. */
export interface ProcessIdentity {
  pid: number
  /** The machine and process namespace in which `pid` means something. */
  where: string
  /** When the process started, as the system tells it. Absent where it does not. */
  started?: string
}

export function identifyProcess(pid: number): ProcessIdentity {
  const started = startOf(pid)
  return { pid, where: here(), ...(started === undefined ? {} : { started }) }
}

/** `unknown`: it runs, if at all, on another machine or in another container, where we cannot look. */
export function isAlive(holder: ProcessIdentity): boolean | 'unknown' {
  if (holder.where !== here()) return 'unknown'
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  const started = startOf(holder.pid)
  return holder.started === undefined || started === undefined || started === holder.started
}

/** The boot is part of it: start times on Linux count from there. */
function here(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // proc(5): the name may contain anything, so count from its closing parenthesis; starttime is field 22.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    }
    if (process.platform === 'win32') return undefined
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 5_000 }).trim()
  } catch {
    return undefined
  }
}
