import { LightrunError } from '@lightrun/core'

/** Does what nobody waits for. Left alone, its rejection would be one that nobody handles, and end the application. */
export async function inBackground(
  work: () => Promise<unknown>,
  onFault: (error: LightrunError) => void,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    onFault(LightrunError.from(error))
  }
}
