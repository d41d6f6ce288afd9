import type { Statement } from 'acorn'

/** False if control certainly does not go on behind a statement. True when in doubt: code that never runs costs nothing. */
export function completes(node: Statement): boolean {
  switch (node.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
      return false
    case 'BlockStatement':
      return node.body.every(completes)
    case 'IfStatement':
      return node.alternate == null || completes(node.consequent) || completes(node.alternate)
    case 'TryStatement':
      if (node.finalizer != null && !completes(node.finalizer)) return false
      return completes(node.block) || (node.handler != null && completes(node.handler.body))
    default:
      return true
  }
}
