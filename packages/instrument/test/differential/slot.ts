import { join } from 'node:path'
import type { Outcome, Variant } from './contract.ts'

/** The folder through which the runner and the processes it starts talk. Its path is the same for all variants. */
export const SLOT_VARIABLE = 'LIGHTRUN_DIFFERENTIAL_SLOT'

/** What each process and worker thread of a run leaves behind when it ends. */
export interface Report {
  readonly exports: string
  readonly probes: Outcome['probes']
  /** Files that could not be woven, and why. */
  readonly untouched: Readonly<Record<string, string>>
}

export interface SlotConfig {
  readonly variant: Variant
}

export function configFile(slot: string): string {
  return join(slot, 'config.json')
}

export function outputFile(slot: string): string {
  return join(slot, 'output')
}

export function reportFolder(slot: string): string {
  return join(slot, 'reports')
}

/** Thread 0 is a process's main one. */
export function reportFile(slot: string, pid: number, threadId: number): string {
  return join(reportFolder(slot), `${pid}-${threadId}.json`)
}
