import { likelyName } from '@lightrun/core'
import { KNOWN_VARIABLES } from './environment.ts'

const OURS = /^(LIGHTRUN|AGENT_LOG)_/

/** Variables that nobody reads and that look like one that somebody would: a line about each. */
export function misspeltVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).flatMap((name) => {
    if (!OURS.test(name) || KNOWN_VARIABLES.includes(name)) return []
    const meant = likelyName(name, KNOWN_VARIABLES, String)
    return meant === undefined ? [] : [`${name} is no variable of lightrun; did you mean ${meant}?`]
  })
}
