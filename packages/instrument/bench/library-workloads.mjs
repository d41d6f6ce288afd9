// The libraries that `libraries.mjs` weaves, and what each is given to do. A workload takes some milliseconds and returns its result.
import { readFileSync } from 'node:fs'

/** Exact versions, so that figures of different days compare. */
export const VERSIONS = {
  acorn: '8.19.0',
  ajv: '8.20.0',
  handlebars: '4.7.10',
  lodash: '4.18.1',
  marked: '9.1.6',
  terser: '5.51.2',
  typescript: '5.9.3',
  yaml: '2.9.1',
}

/** @type {Record<string, (library: any, require: NodeJS.Require) => () => unknown>} */
export const workloads = {
  acorn(acorn, require) {
    const text = readFileSync(require.resolve('acorn'), 'utf8')
    return () => acorn.parse(text, { ecmaVersion: 2022 }).body.length
  },
  ajv({ default: Ajv }) {
    const properties = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `p${i}`,
        i % 3 === 0
          ? { type: 'string', minLength: i }
          : { type: 'array', items: { anyOf: [{ type: 'number', maximum: i }, { enum: ['a', 'b'] }] } },
      ]),
    )
    const schema = { type: 'object', properties, required: ['p1', 'p2'], additionalProperties: false }
    return () => new Ajv({ allErrors: true }).compile(schema)({ p0: '', p1: [1, 'a'], p2: [99] })
  },
  handlebars(handlebars) {
    const template =
      '{{#each items}}<li class="{{../kind}}">{{name}} {{#if tags}}{{#each tags}}{{this}},{{/each}}{{else}}-{{/if}}</li>{{/each}}'
    const items = Array.from({ length: 60 }, (_, i) => ({ name: `item <${i}>`, tags: i % 2 ? ['a', 'b & c'] : [] }))
    return () => handlebars.compile(template)({ kind: 'x', items }).length
  },
  lodash(_) {
    const items = Array.from({ length: 400 }, (__, i) => ({
      id: i,
      group: `g${i % 7}`,
      nested: { x: i / 3, tags: ['a', 'b'] },
    }))
    return () => {
      const groups = _.groupBy(_.sortBy(items, ['group', (item) => -item.id]), 'group')
      const merged = _.merge(
        {},
        ..._.map(groups, (group) => ({ [group[0].group]: _.pick(group[0], ['id', 'nested.x']) })),
      )
      return (
        _.size(_.cloneDeep(items.slice(0, 100))) +
        _.keys(merged).length +
        _.uniq(_.flatMap(items, 'nested.tags')).length
      )
    }
  },
  marked({ marked }, require) {
    const text = readFileSync(require.resolve('marked/package.json').replace('package.json', 'README.md'), 'utf8')
    return () => marked.parse(text.repeat(4)).length
  },
  terser({ minify_sync }, require) {
    const text = readFileSync(require.resolve('handlebars/dist/cjs/handlebars/compiler/compiler.js'), 'utf8')
    return () => minify_sync(text).code.length
  },
  typescript(ts, require) {
    const text = readFileSync(require.resolve('handlebars/dist/cjs/handlebars/compiler/javascript-compiler.js'), 'utf8')
    return () =>
      ts.transpileModule(text, { compilerOptions: { target: 'es2019', module: 'commonjs' } }).outputText.length
  },
  yaml(yaml) {
    const data = Array.from({ length: 60 }, (_, i) => ({
      id: i,
      name: `item ${i}`,
      tags: ['a', 'b'],
      nested: { x: i / 3 },
    }))
    const text = yaml.stringify(data)
    return () => yaml.stringify(yaml.parse(text)).length
  },
}
