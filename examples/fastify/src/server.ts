import { createApp } from './app.ts'

const app = createApp()
app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 3000) }).then(
  (url) => console.log(`listening on ${url}`),
  (error) => {
    console.error(error)
    process.exitCode = 1
  },
)
process.once('SIGTERM', () => void app.close())
