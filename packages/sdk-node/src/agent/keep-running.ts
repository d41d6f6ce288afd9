import { LightrunError } from '@lightrun/core'

/**
 * Work that goes on as long as the agent does. Each call begins it anew if it has ended, however it did: called about every
 * second, it bounds how often that is. What it throws goes to `onFault`.
 */
export function keepRunning(work: () => Promise<unknown>, onFault: (error: LightrunError) => void): () => void {
  let isRunning = false
  async function run(): Promise<void> {
    isRunning = true
    try {
      await work()
    } catch (error) {
      onFault(LightrunError.from(error))
    }
    isRunning = false
  }
  return () => {
    if (!isRunning) void run()
  }
}
