/** In words, why a construct is refused and what to write instead. */
export function reasonAgainst(node: { type: string }): string {
  return REASONS[node.type] ?? `${node.type} is not part of the expression language, which only reads`
}

const READS_ONLY = 'an expression only reads'

const REASONS: Readonly<Record<string, string>> = {
  AssignmentExpression: `An assignment is not allowed: ${READS_ONLY}. To compare, write === `.trim(),
  UpdateExpression: `++ and -- are not allowed: ${READS_ONLY}`,
  UnaryExpression: `delete is not allowed: ${READS_ONLY}`,
  NewExpression: `new is not allowed: ${READS_ONLY}`,
  AwaitExpression: 'await is not allowed: the application is not made to wait',
  YieldExpression: `yield is not allowed: ${READS_ONLY}`,
  FunctionExpression: 'A function is not allowed; write a callback as an arrow: (item) => item.price > 3',
  ClassExpression: `A class is not allowed: ${READS_ONLY}`,
  SequenceExpression: 'A comma between expressions is not allowed; write one expression',
  TaggedTemplateExpression: 'A tagged template is not allowed: it calls a function',
  ImportExpression: 'import() is not allowed: it loads code',
  MetaProperty: 'import.meta and new.target are not allowed',
  MemberExpression: 'super and private members (#name) cannot be read from outside their class',
  BinaryExpression: 'Private members (#name) cannot be read from outside their class',
}
