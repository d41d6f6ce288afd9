import { spawn } from 'node:child_process'

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
  /** From the child's last word `end` to its exit, in milliseconds. */
  lingeredMs: number
}

/** Runs a program until it ends by itself. */
export async function runToEnd(code: string, options: { commonjs?: boolean } = {}): Promise<Ended> {
  const flags = options.commonjs === true ? [] : ['--input-type=module']
  const child = spawn(process.execPath, [...flags, '-e', code])
  let stdout = ''
  let stderr = ''
  let endedAtMs = 0
  child.stdout.on('data', (chunk) => {
    stdout += chunk
    if (stdout.endsWith('end\n')) endedAtMs = performance.now()
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve) => {
    child.once('close', (exitCode) => {
      resolve({ code: exitCode, stdout, stderr, lingeredMs: performance.now() - endedAtMs })
    })
  })
}
