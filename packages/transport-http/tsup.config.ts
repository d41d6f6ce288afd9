import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { defineConfig, type Options } from 'tsup'
import { library } from '../../tsup.base.ts'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/**
 * Puts a copy of undici's HTTP/1.1 client, and of nothing else of undici, into what runs inside applications:
 *
 * - it is loaded in a fraction of the time (README.md has the measurements);
 * - an application that weaves its `node_modules` puts probes into its own undici. Sending what they captured through
 *   the same undici would pass them again;
 * - undici publishes every request, with its headers and so with our key, on diagnostics channels of the process. An
 *   application's tracing would show a poll of 25 seconds after the other. The copy publishes nothing.
 */
const privateUndici: Plugin = {
  name: 'private-undici',
  setup(build) {
    const root = dirname(createRequire(import.meta.url).resolve('undici'))
    build.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'client-only' }))
    build.onLoad({ filter: /.*/, namespace: 'client-only' }, () => ({
      contents: `export { default as Client } from './lib/dispatcher/client.js'`,
      resolveDir: root,
    }))
    const replace = (filter: RegExp, contents: string) => build.onLoad({ filter }, () => ({ contents, loader: 'js' }))
    replace(
      /undici[\\/]lib[\\/]core[\\/]diagnostics\.js$/,
      `const silent = { hasSubscribers: false, publish() {} }
       module.exports = { channels: new Proxy({}, { get: () => silent }) }`,
    )
    // Reached by an `h2` connection and by a form or stream as a body; we ask for neither.
    const absent = (what: string) => `module.exports = () => { throw new Error('${what} is not part of this build') }`
    replace(/undici[\\/]lib[\\/]dispatcher[\\/]client-h2\.js$/, absent('HTTP/2'))
    replace(/undici[\\/]lib[\\/]web[\\/]fetch[\\/]body\.js$/, absent('fetch'))
  },
}

export default defineConfig(
  library({
    noExternal: ['undici'],
    esbuildPlugins: [privateUndici],
    // The copy is CommonJS and requires modules of Node.js.
    banner: ({ format }) =>
      format === 'esm'
        ? {
            js: `import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);`,
          }
        : undefined,
  }),
)
