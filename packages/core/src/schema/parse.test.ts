import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { parse } from './parse.ts'

const Name = z.string().check(z.minLength(1), z.maxLength(5))
const Schema = z.strictObject({
  name: z.optional(Name),
  count: z.optional(z.int().check(z.minimum(1), z.maximum(9))),
  share: z.optional(z.number().check(z.positive(), z.lt(1))),
  flag: z.optional(z.boolean()),
  list: z.optional(z.array(Name).check(z.minLength(2), z.maxLength(3))),
  level: z.optional(z.enum(['low', 'high'])),
  one: z.optional(z.literal(1)),
  either: z.optional(z.union([z.boolean(), z.array(Name)])),
  task: z.optional(
    z.discriminatedUnion('type', [z.object({ type: z.literal('a') }), z.object({ type: z.literal('b') })]),
  ),
  group: z.optional(z.strictObject({ needed: z.string(), within: z.optional(z.number()) })),
  perName: z.optional(z.partialRecord(z.enum(['x', 'y']), z.number())),
  own: z.optional(z.custom((value) => value === 7, 'must be seven')),
})

const refusal = (input: unknown) => {
  const parsed = parse(Schema, input)
  return parsed.status === 'refused' ? parsed.message : 'nothing'
}

describe('what is wrong is said in words of ours', () => {
  it.each<[unknown, string]>([
    [{ name: '' }, 'name: must not be empty'],
    [{ name: 'longer' }, 'name: must have at most 5 characters'],
    [{ name: 7 }, 'name: must be a string, not a number'],
    [{ name: null }, 'name: must be a string, not null'],
    [{ name: ['x'] }, 'name: must be a string, not an array'],
    [{ name: () => 1 }, 'name: must be a string, not a function'],
    [{ count: 1.5 }, 'count: must be a whole number'],
    [{ count: '7' }, 'count: must be a number, not a string'],
    [{ count: 'seven' }, 'count: must be a number'],
    [{ count: 0 }, 'count: must be at least 1'],
    [{ count: 10 }, 'count: must be at most 9'],
    [{ count: Number.NaN }, 'count: must be a number, not NaN'],
    [{ share: Number.NaN }, 'share: must be a number, not NaN'],
    [{ share: 0 }, 'share: must be more than 0'],
    [{ share: 1 }, 'share: must be less than 1'],
    [{ flag: 'true' }, 'flag: must be true or false, not a string'],
    [{ flag: 'on' }, 'flag: must be true or false'],
    [{ list: ['a'] }, 'list: must have at least 2 entries'],
    [{ list: ['a', 'b', 'c', 'd'] }, 'list: must have at most 3 entries'],
    [{ list: ['a', 5] }, 'list.1: must be a string, not a number'],
    [{ level: 'medium' }, 'level: must be one of low, high'],
    [{ one: 2 }, 'one: must be 1'],
    [{ either: 'x' }, 'either: must be true or false or an array'],
    [{ either: [7] }, 'either.0: must be a string, not a number'],
    [{ task: { type: 'c' } }, 'task.type: must be one of a, b'],
    [{ task: {} }, 'task.type: must be one of a, b'],
    [{ group: {} }, 'group.needed: is missing'],
    [{ group: 'x' }, 'group: must be an object { needed, within }, not a string'],
    [{ own: 8 }, 'own: must be seven'],
    [[], 'it: must be an object { name, count, share, flag, … }, not an array'],
    [undefined, 'it: is missing'],
  ])('%j: %s', (input, message) => {
    expect(refusal(input)).toBe(message)
  })

  it.each<[unknown, string]>([
    [{ nmae: 'x' }, 'nmae: unknown (did you mean name?)'],
    [{ group: { needed: 'x', Within: 1 } }, 'group.Within: unknown (did you mean group.within?)'],
    [{ within: 1 }, 'within: unknown (did you mean group.within?)'],
    [{ group: { needed: 'x', flag: true } }, 'group.flag: unknown (did you mean flag?)'],
    [{ group: { needed: 'x', q: 1 } }, 'group.q: unknown (there are needed, within)'],
    [{ perName: { z: 1 } }, 'perName.z: unknown'],
  ])('%j: %s', (input, message) => {
    expect(refusal(input)).toBe(message)
  })

  it('all problems in one message, up to a bound', () => {
    expect(refusal({ name: 1, count: 0, flag: 0 })).toBe(
      'name: must be a string, not a number; count: must be at least 1; flag: must be true or false, not a number',
    )
    const message = refusal({ list: [1, 2, 3], group: {}, one: 0, level: 0, flag: 0 })
    expect(message.split('; ')).toHaveLength(6)
    expect(message).toMatch(/; and more$/)
  })

  it('parts are called as the caller calls them', () => {
    const parsed = parse(Schema, { group: {} }, { nameOf: (path) => path.replace('group.', 'GROUP_').toUpperCase() })
    expect(parsed).toMatchObject({ message: 'GROUP_NEEDED: is missing' })
  })

  it('what a schema would leave out is refused where it is to be exact, however deep', () => {
    const Loose = z.object({
      name: z.string(),
      list: z.optional(z.array(z.object({ size: z.number() }))),
      task: z.optional(
        z.discriminatedUnion('type', [z.object({ type: z.literal('log'), level: z.optional(z.string()) })]),
      ),
    })
    const exact = (input: unknown) => {
      const parsed = parse(Loose, input, { exact: true })
      return parsed.status === 'refused' ? parsed.message : 'nothing'
    }
    expect(exact({ name: 'x', list: [{ size: 1 }], task: { type: 'log', level: 'x' }, nothing: undefined })).toBe(
      'nothing',
    )
    expect(exact({ name: 'x', nmae: 'x' })).toBe('nmae: unknown (did you mean name?)')
    expect(exact({ name: 'x', list: [{ size: 1, colour: 1 }] })).toBe('list.0.colour: unknown')
    expect(exact({ name: 'x', task: { type: 'log', levle: 'x' } })).toBe(
      'task.levle: unknown (did you mean task.level?)',
    )
    expect(exact(JSON.parse('{ "name": "x", "__proto__": 1 }'))).toMatch(/^__proto__: unknown/)
    expect(parse(Loose, { name: 'x', nmae: 'x' })).toEqual({ status: 'ok', value: { name: 'x' } })
  })
})
