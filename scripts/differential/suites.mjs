/**
 * Packages that publish their own tests. Everything that takes part is woven: the package, its tests, the test runner,
 * and whatever these depend on.
 *
 * @typedef {object} Suite
 * @property {string} name of the package
 * @property {RegExp} files its test programs: paths below the package's folder, with forward slashes
 * @property {string[]} [runner] the program that the test files are arguments to: a path below `node_modules`
 * @property {Record<string, string>} [leftOut] test programs that are not compared, and why
 */

const SOURCE_TEXT = 'names anonymous functions by their source text, which weaving changes (docs/weaving.md)'
const TIME_OUTS = 'expects code to run within a few milliseconds'

/** @type {readonly Suite[]} */
export const SUITES = [
  { name: '@fastify/cookie', files: /^test\/.*\.test\.js$/ },
  { name: '@pinojs/redact', files: /^test\/.*\.test\.js$/ },
  {
    name: 'avvio',
    files: /^test\/.*\.test\.js$/,
    leftOut: {
      'test/lib/get-plugin-name.test.js': SOURCE_TEXT,
      'test/plugin-name.test.js': SOURCE_TEXT,
      'test/plugin-timeout.test.js': TIME_OUTS,
      'test/plugin-timeout-await.test.js': TIME_OUTS,
    },
  },
  { name: 'bl', files: /^test\/(test|convert|indexOf|isBufferList)\.js$/ },
  { name: 'deep-equal', files: /^test\/cmp\.js$/ },
  { name: 'duplexify', files: /^test\.js$/ },
  { name: 'events', files: /^tests\/index\.js$/ },
  {
    name: 'fast-json-stringify',
    files: /^test\/.*\.test\.js$/,
    leftOut: {
      'test/deopt.test.js': 'asks V8 whether code stays optimised, which arming a probe ends',
      'test/webpack.test.js': 'needs webpack',
    },
  },
  {
    name: 'fastify',
    files:
      /^test\/(async-await|hooks|hooks-async|plugin\.\d|register|reply-error|route\.\d|schema-serialization|throw|wrap-thenable|esm\/index)\.test\.js$/,
  },
  { name: 'fast-uri', files: /^test\/.*\.test\.js$/ },
  { name: 'fastq', files: /^test\/(test|promise)\.js$/ },
  { name: 'find-my-way', files: /^test\/.*\.test\.js$/ },
  { name: 'hash.js', files: /^test\/.*-test\.js$/, runner: ['mocha/bin/mocha.js'] },
  { name: 'json-stable-stringify', files: /^test\/.*\.js$/ },
  { name: 'light-my-request', files: /^test\/.*\.test\.js$/ },
  { name: 'minimist', files: /^test\/.*\.js$/ },
  { name: 'process-warning', files: /^test\/.*\.test\.js$/ },
  { name: 'qs', files: /^test\/(parse|stringify|utils)\.js$/ },
  { name: 'secure-json-parse', files: /^test\/.*\.test\.js$/ },
  { name: 'split2', files: /^test\.js$/ },
  { name: 'string.prototype.matchall', files: /^test\/(index|shimmed|implementation)\.js$/ },
  { name: 'traverse', files: /^test\/.*\.js$/ },
]

/**
 * What is installed: the packages above and what their tests need besides. Exact, because a new version may bring a test
 * that depends on time, and that is for a person to see.
 */
export const PACKAGES = {
  '@fastify/cookie': '11.1.5',
  '@pinojs/redact': '0.4.0',
  avvio: '9.3.1',
  bl: '7.0.13',
  'callback-stream': '1.1.0',
  'concat-stream': '1.6.2',
  'deep-equal': '2.2.3',
  duplexify: '4.1.3',
  'end-of-stream': '1.4.5',
  'es-value-fixtures': '1.7.1',
  'es5-shim': '4.6.7',
  'es6-shim': '0.35.8',
  events: '3.3.0',
  express: '5.3.0',
  'fast-json-stringify': '7.3.6',
  'fast-redact': '3.5.0',
  'fast-uri': '4.2.3',
  fastify: '5.12.8',
  fastq: '1.20.3',
  'find-my-way': '9.10.1',
  'form-auto-content': '3.2.1',
  'form-data': '4.0.6',
  'formdata-node': '6.0.3',
  has: '1.0.4',
  'has-override-mistake': '1.0.1',
  'has-typed-arrays': '1.1.0',
  'hash.js': '1.1.7',
  'iconv-lite': '0.5.2',
  isarray: '2.0.5',
  joi: '18.3.2',
  'json-stable-stringify': '1.3.0',
  'light-my-request': '6.8.1',
  minimist: '1.2.8',
  mocha: '10.8.2',
  'mock-property': '1.1.2',
  multer: '2.5.0',
  'object.getownpropertydescriptors': '2.1.9',
  'process-warning': '5.1.1',
  proxyquire: '2.1.3',
  qs: '6.17.1',
  'secure-json-parse': '4.1.1',
  semver: '6.3.1',
  sinon: '21.0.0',
  split2: '4.2.0',
  'string.prototype.matchall': '4.1.0',
  tape: '5.10.2',
  through2: '2.0.5',
  traverse: '0.6.11',
  typebox: '1.4.3',
  undici: '7.18.2',
}
