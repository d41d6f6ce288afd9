// Prints the agent's price as Markdown tables. Ratios come from one run, interleaved; see agent/*.mjs for the variants.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { installPeers } from '../peers/install.mjs'
import { createPeers } from '../peers/peers.mjs'
import { measureArming } from './arming.mjs'
import { measureFrameworks, printFrameworks } from './frameworks.mjs'
import { measureHeapArming } from './heap-arming.mjs'
import { measureHotFunction } from './hot-function.mjs'
import { measureServer } from './http-server.mjs'
import { measureInspector } from './inspector.mjs'
import { createStand } from './stand.mjs'
import { measureStartup } from './startup.mjs'

const rounds = Number(process.env.ROUNDS ?? 15)
const peersDirectory = process.argv.includes('--no-peers') ? undefined : await installPeers()
const peers = peersDirectory === undefined ? undefined : await createPeers(peersDirectory)
const stand = await createStand()
try {
  console.log(
    `Node ${process.versions.node}, ${rounds} rounds, medians; brackets: smallest and largest ratio of a round\n`,
  )
  console.log('| hot function | ns a call | added | ratio to no SDK |\n|---|---|---|---|')
  for (const { name, ns, addedNs, ratio, range } of await measureHotFunction(stand, rounds, peers?.agents)) {
    console.log(
      `| ${name} | ${figure(ns)} | ${figure(addedNs)} ns | ${times(ratio)} [${range.map(times).join(' – ')}] |`,
    )
  }
  console.log('\n| hot function that is not woven | ns a call | added | ratio to no SDK |\n|---|---|---|---|')
  for (const { name, ns, addedNs, ratio, range } of await measureInspector(stand, rounds)) {
    console.log(
      `| ${name} | ${figure(ns)} | ${figure(addedNs)} ns | ${times(ratio)} [${range.map(times).join(' – ')}] |`,
    )
  }
  console.log(
    '\n| shop, GET /carts/:id, 16 connections | requests/s | share of no SDK | µs of CPU a request | no SDK’s share of them |\n|---|---|---|---|---|',
  )
  for (const { name, rate, ratio, range, cpuMicros, cpuRatio } of await measureServer(stand, rounds, 12_000)) {
    const rates = `${Math.round(rate)} | ${percent(ratio)} [${range.map(percent).join(' – ')}]`
    console.log(`| ${name} | ${rates} | ${cpuMicros.toFixed(1)} | ${percent(cpuRatio)} |`)
  }
  console.log()
  printFrameworks(await measureFrameworks(stand, rounds))
  const arming = await measureArming(stand, 60)
  console.log('\n| API call to armed in the application | ms |\n|---|---|')
  console.log(`| p50 | ${arming.p50.toFixed(1)} |\n| p95 | ${arming.p95.toFixed(1)} |`)
  console.log(
    '\n| arming, by the heap of the application | heap, MB | longest pause of its event loop, ms |\n|---|---|---|',
  )
  for (const { name, heapMb, pauseMs } of await measureHeapArming(stand, Math.min(rounds, 5), peers?.agents)) {
    console.log(`| ${name} | ${Math.round(heapMb)} | ${pauseMs < 1 ? pauseMs.toFixed(3) : pauseMs.toFixed(1)} |`)
  }
  const startup = await measureStartup(stand, rounds)
  console.log('\n| start-up of an empty application | ms added |\n|---|---|')
  for (const { name, addedMs } of startup) console.log(`| ${name} | ${addedMs.toFixed(1)} |`)
} finally {
  peers?.close()
  await stand.close()
}

await runOther('A pass over a probed line, all in one process', '../../packages/sdk-node/bench/hits.mjs')
await runOther('The start of a large application', './startup-large.mjs')
await runOther('Libraries, fully woven and dormant', '../../packages/instrument/bench/libraries.mjs')

/** A measurement that is a program of its own. */
async function runOther(title, file) {
  console.log(`\n${title}:\n`)
  const path = fileURLToPath(new URL(file, import.meta.url))
  const [code] = await once(spawn(process.execPath, [path], { stdio: 'inherit' }), 'exit')
  if (code !== 0) throw new Error(`${file} ended with ${code}`)
}

function figure(ns) {
  return Math.abs(ns) >= 1_000 ? Math.round(ns).toLocaleString('en') : ns.toFixed(1)
}
function times(ratio) {
  return ratio >= 100 ? `${Math.round(ratio)}×` : `${ratio.toFixed(2)}×`
}
function percent(ratio) {
  return `${(ratio * 100).toFixed(1)} %`
}
