import { setTimeout as wait } from 'node:timers/promises'
import { DISCOUNT_LIMIT_PERCENT } from '../orders.ts'
import { planVisit, type Visit } from './visit.ts'

export interface TrafficOptions {
  url: string
  /** Requests per second, over all visitors. */
  rate: number
  /** No visit begins after this many requests. Default: endless. */
  requests?: number
  seed?: number
  /** Visitors at the same time. */
  visitors?: number
  /** Ends the traffic after the visits that are under way. */
  signal?: AbortSignal
}

export interface TrafficSummary {
  requests: number
  orders: number
  /** Orders whose discount was above what the shop allows, as their receipts say. */
  overLimit: number
  /** Answers other than 2xx. */
  refused: number
  /** No answer at all. */
  failed: number
  seconds: number
}

interface Receipt {
  subtotal: number
  discount: number
}

/** Visits the shop at a steady rate. The visits depend on the seed alone. */
export async function runTraffic(options: TrafficOptions): Promise<TrafficSummary> {
  const { url, rate, requests = Number.POSITIVE_INFINITY, seed = 1, visitors = 8, signal } = options
  const summary: TrafficSummary = { requests: 0, orders: 0, overLimit: 0, refused: 0, failed: 0, seconds: 0 }
  const startedAt = performance.now()
  let visitNumber = 0

  /** Request n leaves at n / rate seconds, not earlier. */
  async function call(path: string, body?: unknown): Promise<unknown> {
    const dueAt = startedAt + (summary.requests++ * 1_000) / rate
    await wait(Math.max(0, dueAt - performance.now()))
    try {
      const answer = await fetch(new URL(path, url), body === undefined ? {} : jsonPost(body))
      const content: unknown = await answer.json()
      if (answer.ok) return content
      summary.refused += 1
    } catch {
      summary.failed += 1
    }
    return undefined
  }

  async function walk(visit: Visit): Promise<void> {
    if (visit.browses) await call('/products')
    const cart = (await call('/carts', { customerId: visit.customerId })) as { id: string } | undefined
    if (cart === undefined) return
    for (const line of visit.lines) await call(`/carts/${cart.id}/lines`, line)
    const receipt = (await call(`/carts/${cart.id}/checkout`, { coupon: visit.coupon })) as Receipt | undefined
    if (receipt === undefined) return
    summary.orders += 1
    if (receipt.discount * 100 > receipt.subtotal * DISCOUNT_LIMIT_PERCENT) summary.overLimit += 1
  }

  async function visitor(): Promise<void> {
    while (summary.requests < requests && signal?.aborted !== true) await walk(planVisit(seed, visitNumber++))
  }

  await Promise.all(Array.from({ length: visitors }, visitor))
  summary.seconds = Math.round((performance.now() - startedAt) / 100) / 10
  return summary
}

function jsonPost(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
