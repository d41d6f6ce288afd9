import { readdir, readFile } from 'node:fs/promises'

/** Time on a processor that all threads of a process have had, in microseconds; `NaN` where there is no `/proc`. */
export async function cpuMicrosOf(pid) {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
  const spent = tasks.map(async (task) => {
    const text = await readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8').catch(() => '0')
    return Number(text.split(' ')[0]) / 1_000
  })
  return tasks.length === 0 ? Number.NaN : (await Promise.all(spent)).reduce((sum, each) => sum + each, 0)
}
