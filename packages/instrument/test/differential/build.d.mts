/** See build.mjs. */
export function buildHarness(folder: string): Promise<void>
