import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MEASURE = fileURLToPath(new URL('measure.cjs', import.meta.url))

/** Starts a process that can be asked what it holds. Its output is kept for the message of a failure. */
export function startMeasured(file, args, { execArgv = [], env = {} } = {}) {
  const child = fork(file, args, {
    execArgv: ['--expose-gc', '--require', MEASURE, ...execArgv],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const exited = once(child, 'exit')
  const ended = () => new Error(`${file} ended by itself:\n${output}`)
  let number = 0

  return {
    output: () => output,
    /** Resolves with the match once it has said so. */
    async says(pattern) {
      while (!pattern.test(output)) {
        if (child.exitCode !== null || child.signalCode !== null) throw ended()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return pattern.exec(output)
    },
    async measure() {
      const asked = ++number
      child.send(asked)
      for (;;) {
        const [answer] = await Promise.race([once(child, 'message'), exited.then(() => Promise.reject(ended()))])
        if (answer.number === asked) return answer
      }
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}
