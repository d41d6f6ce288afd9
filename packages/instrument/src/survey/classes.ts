import type {
  AnonymousClassDeclaration,
  Class,
  ClassDeclaration,
  ClassExpression,
  MethodDefinition,
  PropertyDefinition,
} from 'acorn'
import type { FunctionKind } from '../contract.ts'
import { expression, keyName } from './expressions.ts'
import { functionExpression, implicitFunction } from './functions.ts'
import { list } from './statements.ts'
import { assign } from './steps.ts'
import { inScope, type Walk } from './survey.ts'

const KINDS: Record<MethodDefinition['kind'], FunctionKind> = {
  constructor: 'constructor',
  method: 'method',
  get: 'getter',
  set: 'setter',
}

export function classDeclaration(walk: Walk, node: ClassDeclaration | AnonymousClassDeclaration, to: number): void {
  if (node.id != null) walk.scope.declare(node.id.name, 'lexical', node.id.start, node.end, to)
  classBody(walk, node, node.id?.name ?? 'default')
  if (node.id != null) assign(walk, node.id.name)
}

export function classExpression(walk: Walk, node: ClassExpression, name: string): void {
  classBody(walk, node, node.id?.name ?? name)
}

function classBody(walk: Walk, node: Class, name: string): void {
  const { strict } = walk
  walk.strict = true
  if (node.id == null) {
    members(walk, node, name)
  } else {
    const { name: self, start } = node.id
    inScope(walk, node.start, (scope) => {
      // Uninitialised while keys and heritage are evaluated; initialised for members (see `certain`).
      scope.declare(self, 'class-self', start, node.end)
      members(walk, node, name)
    })
  }
  walk.strict = strict
}

function members(walk: Walk, node: Class, name: string): void {
  if (node.superClass != null) expression(walk, node.superClass)
  for (const member of node.body.body) {
    if (member.type === 'MethodDefinition') method(walk, node, member, name)
    else if (member.type === 'PropertyDefinition') field(walk, node, member)
    else
      implicitFunction(walk, member, { kind: 'static-block', created: member.start }, () => {
        list(walk, member.body)
      })
  }
}

function method(walk: Walk, owner: Class, node: MethodDefinition, className: string): void {
  if (node.computed) expression(walk, node.key)
  const name = node.kind === 'constructor' ? className : node.computed ? '' : keyName(node.key)
  const derived = node.kind === 'constructor' && owner.superClass != null
  functionExpression(walk, node.value, name, { kind: KINDS[node.kind], node, member: true, derived })
}

function field(walk: Walk, owner: Class, node: PropertyDefinition): void {
  if (node.computed) expression(walk, node.key)
  const { value } = node
  if (value == null) return
  const name = node.computed ? '' : keyName(node.key)
  implicitFunction(walk, node, { kind: 'field', created: owner.start }, () => expression(walk, value, name))
}
