// The embedded database's own thread: every query blocks the thread it runs on. Plain JavaScript, because a worker is
// started from a file, and tests run on the sources.
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'

const { directory, template } = workerData
const port = parentPort
if (port === null) throw new Error('pglite-worker.js runs in a worker thread')

const loadDataDir = template === undefined ? {} : { loadDataDir: new Blob([template]) }
const database = await PGlite.create(directory, loadDataDir)
/** int8 as text: the other side decides how to read it. */
const parsers = { 20: (text) => text }

port.on('message', async ({ id, sql, parameters }) => {
  try {
    if (sql === undefined) {
      await database.close()
      port.postMessage({ id, rows: [], affectedRows: 0 })
      port.close()
      return
    }
    const { rows, fields, affectedRows } = await database.query(sql, parameters, { parsers })
    const int8 = fields.filter((field) => field.dataTypeID === 20).map((field) => field.name)
    port.postMessage({ id, rows, int8, affectedRows: affectedRows ?? 0 })
  } catch (error) {
    port.postMessage({ id, error: { message: String(error?.message ?? error), code: error?.code } })
  }
})
port.postMessage({ ready: true })
