/**
 * Options that agents of this kind are documented to have and this version does not. Taken without an error, so that a
 * configuration can be shared, and named at the start, so that nobody relies on them.
 */
const NOT_YET: ReadonlySet<string> = new Set([
  'agentLog.agentLogTargetDir',
  'capture.includeNodeModules',
  'capture.maxExpandFrames',
  'extraPaths',
  'ignoreQuota',
  'lightrunWaitForInit',
  'pinnedCerts',
  'proxy',
  'quota.ignoreQuota',
  'quota.maxConditionCost',
  'quota.maxDynamicLogByteRate',
  'quota.maxDynamicLogRate',
])

export interface Sifted {
  /** The options without those of the list. What is no object is left for validation to refuse. */
  options: unknown
  notYet: readonly string[]
}

export function siftNotYet(options: unknown, prefix = ''): Sifted {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return { options, notYet: [] }
  const kept: Record<string, unknown> = {}
  const notYet: string[] = []
  for (const [name, value] of Object.entries(options)) {
    const path = prefix + name
    if (NOT_YET.has(path)) {
      notYet.push(path)
      continue
    }
    const isGroup = [...NOT_YET].some((each) => each.startsWith(`${path}.`))
    const inner = isGroup ? siftNotYet(value, `${path}.`) : { options: value, notYet: [] }
    kept[name] = inner.options
    notYet.push(...inner.notYet)
  }
  return { options: kept, notYet }
}
