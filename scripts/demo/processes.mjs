// The demo's child processes: heard line by line, and ended on every way out. They are in groups of their own, so that
// a Ctrl-C reaches the demo alone, and the demo ends them in order.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** How long a process may take to end by itself before it is killed. */
const GRACE_MS = 5_000
/** Lines kept of each process, to show when it fails. */
const KEPT_LINES = 40

export function createProcesses() {
  const running = new Set()

  /**
   * Starts a process that is to stay. `failed` rejects when it ends before it is stopped, and never resolves.
   * @param {string} name for messages
   * @param {string[]} command
   * @param {{ env?: Record<string, string>, cwd?: string }} options
   */
  function start(name, [file, ...args], { env = {}, cwd } = {}) {
    const child = spawn(file, args, {
      cwd,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const lines = []
    const listeners = new Set()
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        lines.push(line)
        if (lines.length > KEPT_LINES) lines.shift()
        for (const listener of listeners) listener(line)
      })
    }
    const exited = once(child, 'close').then(([code, signal]) => signal ?? code)
    let stopping = false
    const failed = exited.then((how) => {
      if (stopping) return new Promise(() => {})
      throw new Error(`${name} ended by itself (${how}); its last words:\n${lines.join('\n')}`)
    })
    // Who waits for something of this process races `failed`; nobody else has to.
    failed.catch(() => {})

    const started = {
      failed,
      /** Resolves with the match of the first line that matches, from now on or said before. */
      line(pattern, timeoutMs) {
        const said = lines.map((line) => pattern.exec(line)).find((match) => match !== null)
        if (said !== undefined) return Promise.resolve(said)
        const heard = new Promise((resolve) => {
          listeners.add(function listener(line) {
            const match = pattern.exec(line)
            if (match === null) return
            listeners.delete(listener)
            resolve(match)
          })
        })
        return Promise.race([
          heard,
          failed,
          timeout(timeoutMs, () => `${name} did not say ${pattern}:\n${lines.join('\n')}`),
        ])
      },
      /** Ends the process and resolves with all that it said last. */
      async stop() {
        stopping = true
        running.delete(started)
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
        const killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
        await exited
        clearTimeout(killer)
        return lines
      },
      killNow() {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      },
    }
    running.add(started)
    return started
  }

  return {
    start,
    /** Ends all of them, the youngest first. */
    async stopAll() {
      for (const each of [...running].reverse()) await each.stop()
    },
    /** For `process.on('exit')`, where nothing can be waited for. */
    killAll() {
      for (const each of running) each.killNow()
    },
    /** Rejects when one of them ends by itself. */
    get failed() {
      return Promise.race([...running].map((each) => each.failed))
    },
  }
}

export function timeout(ms, message) {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${message()}\n(waited ${ms / 1_000} s)`)), ms).unref()
  })
}
