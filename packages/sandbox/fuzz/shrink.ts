import { type AnyNode, parseExpressionAt } from 'acorn'

/** Attempts: each is an examination, a few milliseconds. */
const MAX_ATTEMPTS = 400

/** The smallest expression found in which the fault still is: parts make way for their own parts, or for `a` and `1`. */
export async function shrink(source: string, isFaulty: (source: string) => Promise<boolean>): Promise<string> {
  let smallest = source
  let attempts = 0
  for (let improved = true; improved; ) {
    improved = false
    for (const candidate of smaller(smallest)) {
      if (++attempts > MAX_ATTEMPTS) return smallest
      if (!(await isFaulty(candidate))) continue
      smallest = candidate
      improved = true
      break
    }
  }
  return smallest
}

function smaller(source: string): readonly string[] {
  const candidates = new Set<string>()
  for (const node of nodesOf(source)) {
    const put = (text: string) => {
      const candidate = source.slice(0, node.start) + text + source.slice(node.end)
      if (candidate.length < source.length) candidates.add(candidate)
    }
    for (const child of childrenOf(node)) put(source.slice(child.start, child.end))
    put('a')
    put('1')
    put('')
  }
  return [...candidates].sort((one, other) => one.length - other.length)
}

function nodesOf(source: string): readonly AnyNode[] {
  try {
    const nodes: AnyNode[] = [parseExpressionAt(source, 0, { ecmaVersion: 'latest' }) as AnyNode]
    // Grows while it is walked.
    for (const node of nodes) nodes.push(...childrenOf(node))
    return nodes
  } catch {
    return []
  }
}

function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node).flat().filter(isNode)
}

const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'start' in value
