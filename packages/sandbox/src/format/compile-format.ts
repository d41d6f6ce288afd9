import { type CapturedValue, createCapturer, LOG_CAPTURE_LIMITS, renderValue } from '@lightrun/core'
import type { World } from '../direct/world.ts'
import type { NoValue } from '../evaluate/evaluation.ts'
import type { Expression, Layout } from '../expression.ts'
import { parseFormat } from '../language/format.ts'
import type { RefusalCode, Refused } from '../language/result.ts'
import type { Compiled } from '../sandbox.ts'
import { escapeControls } from './escape-controls.ts'
import type { Field, Format, Line } from './format.ts'

/** UTF-16 units of a line, about what a log collector takes as one. */
export const MAX_LINE_LENGTH = 16 * 1024

export type CompiledFormat = { status: 'ok'; format: Format } | Refused<RefusalCode | 'format_syntax'>

/** Text → parts → expressions → a function that makes lines. */
export function createFormatCompiler(world: World, nowMicros: () => number, compile: (source: string) => Compiled) {
  const { mirror, redactor } = world
  const { slice } = world.intrinsics
  const capturer = createCapturer({ mirror, redactor, nowMicros })

  return function compileFormat(source: string): CompiledFormat {
    const parsed = parseFormat(source)
    if (parsed.status === 'refused') return parsed
    const parts: Part[] = []
    const dispose = () => {
      for (const part of parts) if (typeof part !== 'string') part.expression[Symbol.dispose]()
    }
    for (const part of parsed.parts) {
      if (typeof part === 'string') {
        parts.push(part)
        continue
      }
      const compiled = compile(part.expression)
      if (compiled.status === 'refused') {
        dispose()
        return { ...compiled, column: compiled.column + part.column - 1 }
      }
      parts.push({ expression: compiled.expression, field: parsed.fields.indexOf(part.field) })
    }
    const { fields, references, engine } = parsed
    const format: Format = {
      source,
      fields,
      references,
      engine,
      async prepare() {
        await Promise.all(parts.map((part) => (typeof part === 'string' ? undefined : part.expression.prepare())))
      },
      bind: (layout) => bind(parts, fields, layout),
      [Symbol.dispose]: dispose,
    }
    return { status: 'ok', format }
  }

  function bind(
    parts: readonly Part[],
    names: readonly string[],
    layout: Layout,
  ): (values: ArrayLike<unknown>) => Line {
    const bound = parts.map((part) =>
      typeof part === 'string' ? part : { evaluate: part.expression.bind(layout), field: part.field },
    )
    const count = bound.length
    return (values) => {
      const fields: Field[] = []
      let text = ''
      for (let i = 0; i < count; i++) {
        const part = bound[i] as (typeof bound)[number]
        if (typeof part === 'string') {
          text += part
          continue
        }
        const answer = part.evaluate(values)
        const name = names[part.field] as string
        // The same expression twice is the same field.
        fields[part.field] =
          answer.status === 'value'
            ? { name, value: capturer.capture(answer.value, LOG_CAPTURE_LIMITS) }
            : { name, value: omitted(answer), problem: answer }
        if (text.length <= MAX_LINE_LENGTH) text += shown(fields[part.field] as Field)
      }
      return { text: text.length > MAX_LINE_LENGTH ? `${slice(text, 0, MAX_LINE_LENGTH - 1)}…` : text, fields }
    }
  }

  function shown({ value, problem }: Field): string {
    if (problem === undefined || problem.status === 'omitted') {
      return escapeControls(renderValue(value, { rawString: true, maxLength: MAX_LINE_LENGTH }))
    }
    return problem.status === 'exceeded' ? `<exceeded: ${problem.budget}>` : `<${problem.status}: ${problem.message}>`
  }
}

type Part = string | { expression: Expression; field: number }

function omitted(problem: NoValue): CapturedValue {
  if (problem.status !== 'omitted') return { type: 'omitted', reason: 'unsafe', of: problem.status }
  return { type: 'omitted', reason: problem.reason, ...(problem.of !== undefined && { of: problem.of }) }
}
