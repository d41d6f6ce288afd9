// What AWS puts into its image for Node.js, as far as its Runtime API is documented: asks for an event, calls the handler,
// answers, asks again.
const { AWS_LAMBDA_RUNTIME_API, _HANDLER } = process.env
const api = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`

const [file, name] = _HANDLER.split('#')
const { [name]: handler } = await import(file)

for (;;) {
  const next = await fetch(`${api}/invocation/next`)
  const id = next.headers.get('lambda-runtime-aws-request-id')
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'))
  const context = {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
  try {
    const answer = await handler(await next.json(), context)
    await post(`invocation/${id}/response`, answer)
  } catch (error) {
    await post(`invocation/${id}/error`, { errorType: error.name, errorMessage: error.message })
  }
}

async function post(path, value) {
  const { status } = await fetch(`${api}/${path}`, { method: 'POST', body: JSON.stringify(value ?? null) })
  if (status !== 202) throw new Error(`the runtime API answers ${status} to ${path}`)
}
