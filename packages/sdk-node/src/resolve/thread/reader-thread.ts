// The entry of the thread that reads scripts and maps, so that the application's never parses a bundle.
import { parentPort } from 'node:worker_threads'
import { MAX_SOURCE_MAP_LENGTH } from '../map/limits.ts'
import { createScriptReader } from '../read-scripts.ts'
import { readTextFile } from '../read-text-file.ts'
import { serveReader } from './serve-reader.ts'

if (parentPort !== null) {
  serveReader(parentPort, createScriptReader({ readText: readTextFile, maxMapLength: MAX_SOURCE_MAP_LENGTH }))
}
