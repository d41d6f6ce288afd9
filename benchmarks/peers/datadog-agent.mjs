import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

/** Stands in for the Datadog agent: hands out probes by remote configuration and keeps what arrives. */
export async function startDatadogAgent() {
  const services = new Map()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answer(request.url, body)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function answer(url, body) {
    if (url === '/info')
      return { endpoints: ['/v0.4/traces', '/v0.7/config', '/debugger/v1/diagnostics', '/debugger/v2/input'] }
    if (url === '/v0.7/config') return configuration(services.get(JSON.parse(body).client.client_tracer.service))
    if (url.startsWith('/debugger/v2/input'))
      for (const [name, service] of services) if (body.includes(`"service":"${name}"`)) service.input.push(body)
    if (url.startsWith('/debugger/v1/diagnostics'))
      for (const [name, service] of services) if (body.includes(`"service":"${name}"`)) service.diagnostics.push(body)
    return {}
  }

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** From now on the service of that name polls this probe. */
    offer(name, probe) {
      const id = randomUUID()
      const service = {
        probe: { id, version: 0, type: 'LOG_PROBE', language: 'javascript', ...probe },
        input: [],
        diagnostics: [],
      }
      services.set(name, service)
      return service
    },
    close: () => server.close(),
  }
}

function configuration(service) {
  if (service === undefined) return {}
  const raw = Buffer.from(JSON.stringify(service.probe))
  const path = `datadog/2/LIVE_DEBUGGING/logProbe_${service.probe.id}/config`
  const file = {
    custom: { v: 1 },
    hashes: { sha256: createHash('sha256').update(raw).digest('hex') },
    length: raw.length,
  }
  const signed = { custom: { opaque_backend_state: '' }, targets: { [path]: file }, version: 1 }
  return {
    targets: Buffer.from(JSON.stringify({ signed })).toString('base64'),
    target_files: [{ path, raw: raw.toString('base64') }],
    client_configs: [path],
  }
}
