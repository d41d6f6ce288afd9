import type { WorkerInfo } from '@lightrun/core'

interface Named {
  displayName: string
  worker?: WorkerInfo | undefined
  clusterWorker?: number | undefined
}

/** `shop`, `shop worker 3` for a worker thread of it, `shop cluster 2` for a process that a cluster forked. */
export function agentName({ displayName, worker, clusterWorker }: Named): string {
  const cluster = clusterWorker === undefined ? '' : ` cluster ${clusterWorker}`
  const thread = worker === undefined ? '' : ` worker ${worker.threadId}`
  return displayName + cluster + thread
}
