import cluster from 'node:cluster'
import { hostname } from 'node:os'
import { isMainThread, threadId } from 'node:worker_threads'
import type { AgentInfo, WorkerInfo } from '@lightrun/core'
import manifest from '../../package.json' with { type: 'json' }
import type { Config } from '../config/config.ts'

type Named = Pick<Config, 'displayName' | 'tags'>

/** What this process, or the worker thread that runs this, says of itself when it registers. */
export function describeAgent(config: Named): AgentInfo {
  const info = describeProcess(config)
  return isMainThread ? info : { ...info, worker: { threadId } }
}

/** What the main thread says for one of its workers. */
export function describeWorker(config: Named, worker: Required<WorkerInfo>, startedAtMs: number): AgentInfo {
  return { ...describeProcess(config), startedAtMs, worker }
}

function describeProcess({ displayName, tags }: Named): AgentInfo {
  return {
    displayName,
    tags,
    hostname: hostname(),
    pid: process.pid,
    runtime: { name: 'node', version: process.versions.node },
    sdkVersion: manifest.version,
    startedAtMs: Math.round(performance.timeOrigin),
    ...(cluster.worker === undefined ? {} : { clusterWorker: cluster.worker.id }),
  }
}
