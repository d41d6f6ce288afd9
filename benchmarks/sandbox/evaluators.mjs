// What is compared, each used as its own documentation shows, with the protections it offers switched on.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { types } from 'node:util'
import vm from 'node:vm'
import { createMirror } from '@lightrun/core'
import { createSandbox } from '@lightrun/sandbox'

/** Milliseconds that an evaluator may take, where it can be told. Ours has 10; theirs miss that on a busy machine. */
const TIME_MS = 200
const MEMORY_MB = 8

/**
 * @typedef {object} Evaluator
 * @property {string} name
 * @property {'js' | 'expr-eval' | 'jexl' | 'cel'} language
 * @property {(source: string, names: readonly string[]) => Promise<(values: readonly unknown[]) => unknown>} compile
 *   What it gives takes values by position and answers, or throws.
 * @property {string} [package] What is installed to have it.
 */

/** By name: a function, because loading one costs, and some of them are not there. */
export const EVALUATORS = {
  '@lightrun/sandbox': lightrun,
  'isolated-vm': isolatedVm,
  'quickjs-emscripten': quickJs,
  'vm.runInContext': runInContext,
  'expr-eval': exprEval,
  jexl,
  'cel-js': celJs,
  'new Function': newFunction,
}

/** @returns {Evaluator} */
function lightrun() {
  const sandbox = createSandbox({ mirror: createMirror(types) })
  return {
    name: '@lightrun/sandbox',
    language: 'js',
    package: '@lightrun/sandbox',
    async compile(source, names) {
      const compiled = sandbox.compile(source)
      if (compiled.status === 'refused') throw new SyntaxError(compiled.message)
      await compiled.expression.prepare()
      const run = compiled.expression.bind(names)
      return (values) => {
        const answer = run(values)
        if (answer.status === 'value') return answer.value
        throw new Error(answer.status)
      }
    },
  }
}

/** @returns {Evaluator} Values are copied: it has no way to look at live ones but a reference for each member. */
function isolatedVm(folder) {
  const { Isolate } = createRequire(join(folder, 'package.json'))('isolated-vm')
  const isolate = new Isolate({ memoryLimit: MEMORY_MB })
  const context = isolate.createContextSync()
  return {
    name: 'isolated-vm',
    language: 'js',
    package: 'isolated-vm',
    async compile(source, names) {
      const run = context.evalSync(`(${names.join()}) => (${source}\n)`, { reference: true })
      const options = { arguments: { copy: true }, result: { copy: true }, timeout: TIME_MS }
      return (values) => run.applySync(undefined, values, options)
    },
  }
}

/** @returns {Promise<Evaluator>} It has no objects of the host but by a function for each member: values are copied, as JSON. */
async function quickJs(folder) {
  const { getQuickJS, shouldInterruptAfterDeadline } = createRequire(join(folder, 'package.json'))('quickjs-emscripten')
  const runtime = (await getQuickJS()).newRuntime()
  runtime.setMemoryLimit(MEMORY_MB * 1_048_576)
  runtime.setMaxStackSize(512 * 1_024)
  const context = runtime.newContext()
  const wrap = context.unwrapResult(context.evalCode('(run) => (values) => JSON.stringify(run(...JSON.parse(values)))'))
  return {
    name: 'quickjs-emscripten',
    language: 'js',
    package: 'quickjs-emscripten',
    async compile(source, names) {
      const run = context.unwrapResult(context.evalCode(`(${names.join()}) => (${source}\n)`))
      const target = context.unwrapResult(context.callFunction(wrap, context.undefined, run))
      return (values) => {
        runtime.setInterruptHandler(shouldInterruptAfterDeadline(Date.now() + TIME_MS))
        const given = context.newString(JSON.stringify(values))
        try {
          const answer = context.unwrapResult(context.callFunction(target, context.undefined, given))
          const text = context.dump(answer)
          answer.dispose()
          return text === undefined ? undefined : JSON.parse(text)
        } finally {
          given.dispose()
        }
      }
    },
  }
}

/** @returns {Evaluator} */
function runInContext() {
  const scope = vm.createContext({})
  return {
    name: 'vm.runInContext',
    language: 'js',
    async compile(source, names) {
      const script = new vm.Script(`(${source}\n)`)
      return (values) => {
        names.forEach((name, index) => {
          scope[name] = values[index]
        })
        return script.runInContext(scope, { timeout: TIME_MS })
      }
    },
  }
}

/** @returns {Evaluator} */
function newFunction() {
  return {
    name: 'new Function',
    language: 'js',
    async compile(source, names) {
      const run = new Function(...names, `'use strict'; return (${source}\n)`)
      return (values) => run(...values)
    },
  }
}

/** @returns {Evaluator} */
function exprEval(folder) {
  const { Parser } = createRequire(join(folder, 'package.json'))('expr-eval')
  return {
    name: 'expr-eval',
    language: 'expr-eval',
    package: 'expr-eval',
    async compile(source, names) {
      const expression = Parser.parse(source)
      return (values) => expression.evaluate(scopeOf(names, values))
    },
  }
}

/** @returns {Evaluator} */
function jexl(folder) {
  const { Jexl } = createRequire(join(folder, 'package.json'))('jexl')
  const own = new Jexl()
  // It has no way of its own to tell the length of a list.
  own.addTransform('length', (value) => value.length)
  return {
    name: 'jexl',
    language: 'jexl',
    package: 'jexl',
    async compile(source, names) {
      const expression = own.compile(source)
      return (values) => expression.evalSync(scopeOf(names, values))
    },
  }
}

/** @returns {Promise<Evaluator>} */
async function celJs(folder) {
  const { parse, evaluate } = await import(join(folder, 'node_modules/cel-js/dist/index.js'))
  return {
    name: 'cel-js',
    language: 'cel',
    package: 'cel-js',
    async compile(source, names) {
      const parsed = parse(source)
      if (!parsed.isSuccess) throw new SyntaxError(parsed.errors.join())
      return (values) => evaluate(parsed.cst, scopeOf(names, values))
    },
  }
}

const scopeOf = (names, values) => Object.fromEntries(names.map((name, index) => [name, values[index]]))
