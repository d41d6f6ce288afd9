import { LightrunError } from '../errors/lightrun-error.ts'
import { wait } from '../time/wait.ts'
import type { Delivery } from '../transport/transport.ts'
import type { DeliveryOptions, ReportDelivery } from './delivery.ts'
import { type CutFrame, createFrameCutter, TARGET_FRAME_BYTES } from './frame-cutter.ts'
import { toldBy } from './told.ts'

/** How long a report waits for others to share its frame: less than a reader notices, enough to make one frame of a burst. */
export const LINGER_MS = 50
/**
 * The same after a frame of many: each frame costs the application 0.2 ms, whatever is in it. No longer than until a frame
 * is full.
 */
export const BUSY_LINGER_MS = 200
/** A frame of so many reports is one of many. */
export const BUSY_REPORTS = 50
/** So many that wait, hits of logs as a rule, fill a frame. */
export const FULL_FRAME_REPORTS = 1_000
/** Pause after a refusal or a failed attempt; doubles with each refusal in a row. */
export const REFUSED_PAUSE_MS = 1_000
/** Longest pause while the server refuses: a key that is put right is noticed within a minute. */
export const MAX_REFUSED_PAUSE_MS = 60_000

export function createDelivery(options: DeliveryOptions): ReportDelivery {
  const { transport, queue, timers } = options
  const lingerMs = options.lingerMs ?? LINGER_MS
  const cutter = createFrameCutter(options.agentId, queue)
  let frame: CutFrame | undefined
  /** How many times a hello was asked for, and up to which of them it was said: one may be asked for while one is under way. */
  let asked = 1
  let said = 0
  /** Up to which of them the frame in flight says it. */
  let saying = 0
  let targetBytes = TARGET_FRAME_BYTES
  let refusals = 0
  /** The last frame was one of many reports. */
  let isBusy = false
  let ended = false
  /** How many wait for a flush. */
  let hurry = 0
  let lingering = false
  /** Ends the present rest of the loop. */
  let ring = () => {}
  /** Checks of those who wait for a state: run whenever it may have changed. */
  const watching = new Set<() => void>()

  const needsHello = () => said < asked
  const isIdle = () => frame === undefined && cutter.waiting === 0 && queue.size === 0 && !needsHello()
  const notify = () => {
    for (const check of [...watching]) check()
  }

  /** Until someone rings or the signal aborts; at most `delayMs`. */
  function rest(delayMs: number | undefined, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        resolve()
        ring = () => {}
        cancel()
        signal.removeEventListener('abort', done)
      }
      const cancel = delayMs === undefined ? () => {} : timers.after(delayMs, done)
      signal.addEventListener('abort', done)
      ring = done
    })
  }

  async function linger(signal: AbortSignal): Promise<void> {
    if (hurry > 0 || queue.size >= FULL_FRAME_REPORTS) return
    lingering = true
    try {
      await rest(isBusy ? Math.max(lingerMs, BUSY_LINGER_MS) : lingerMs, signal)
    } finally {
      lingering = false
    }
  }

  async function send(bytes: Uint8Array, signal: AbortSignal): Promise<Delivery> {
    try {
      return await transport.send(bytes, signal)
    } catch (cause) {
      return { status: 'retry', cause }
    }
  }

  async function attempt(signal: AbortSignal): Promise<void> {
    const startMs = timers.nowMs()
    if (frame === undefined) {
      const greeting = asked
      frame = cutter.cut(needsHello() ? options.hello() : undefined, targetBytes)
      saying = greeting
    }
    if (frame === undefined) return
    const sending = send(frame.bytes, signal)
    options.onWork?.(timers.nowMs() - startMs)
    const delivery = await sending
    if (delivery.status === 'retry') {
      if (!signal.aborted) await wait(timers, Math.max(REFUSED_PAUSE_MS, delivery.afterMs ?? 0), signal)
      return
    }
    const answered = frame
    if (delivery.status === 'refused') {
      await recover(answered, delivery, signal)
      return
    }
    frame = undefined
    if (answered.hasHello) said = saying
    refusals = 0
    isBusy = answered.reports.length >= BUSY_REPORTS
    targetBytes = Math.min(targetBytes * 2, TARGET_FRAME_BYTES)
  }

  async function recover(
    refused: CutFrame,
    { code, message }: Delivery & { status: 'refused' },
    signal: AbortSignal,
  ): Promise<void> {
    const forgotten = code === 'agent_unknown' && !refused.hasHello
    const isOfReports = code === 'frame_too_large' || code === 'frame_invalid'
    if (code === 'unauthorized' || code === 'agent_unknown') {
      // Says nothing about the reports. The server may have stored them, and the answer was lost: they stay together.
      if (code === 'agent_unknown' && !needsHello()) asked++
      const greeting = asked
      frame = forgotten ? cutter.withHello(refused, options.hello()) : refused
      if (forgotten) saying = greeting
    } else if (isOfReports && refused.reports.length > 1) {
      // One report that is not as it should be costs itself, and not those beside it.
      targetBytes = Math.ceil(refused.size / 2)
      cutter.putBack(refused)
      frame = undefined
      return
    } else {
      frame = undefined
      // Sent again it would be refused again, and hold up all that comes after it.
      if (isOfReports) queue.giveUp(refused.reports, code === 'frame_too_large' ? 'too_large' : 'undeliverable')
      else queue.forfeit(refused.reports, 'undeliverable')
    }
    if (forgotten) return
    options.onFault(new LightrunError(code, message ?? `the server refuses what this agent sends (${code})`))
    await wait(timers, Math.min(MAX_REFUSED_PAUSE_MS, REFUSED_PAUSE_MS * 2 ** refusals++), signal)
  }

  return {
    async start(signal) {
      // Called on the application's hot path: while lingering, more reports are what we wait for.
      queue.onOffer = () => {
        if (!lingering || queue.size >= FULL_FRAME_REPORTS) ring()
      }
      while (!signal.aborted && !ended) {
        try {
          // A fault may have kept the news of the last turn from those who wait for it.
          notify()
          if (isIdle()) {
            options.onBusy?.(false)
            await rest(undefined, signal)
          }
          options.onBusy?.(true)
          if (frame === undefined && !needsHello() && !signal.aborted) await linger(signal)
          if (!signal.aborted && !ended) await attempt(signal)
        } catch (cause) {
          options.onFault(
            new LightrunError('internal_error', 'the delivery of reports failed; trying again', { cause }),
          )
          await wait(timers, REFUSED_PAUSE_MS, signal)
        }
      }
      ended = true
      queue.onOffer = undefined
      notify()
    },

    flush(deadlineMs) {
      if (isIdle()) return Promise.resolve(true)
      if (ended) return Promise.resolve(false)
      return new Promise((resolve) => {
        let isSettled = false
        const settle = (done: boolean) => {
          resolve(done)
          if (!isSettled) hurry--
          isSettled = true
          cancel()
          watching.delete(check)
        }
        const check = () => {
          if (isSettled || isIdle()) settle(true)
          else if (ended) settle(false)
        }
        const cancel = timers.after(deadlineMs, () => settle(isIdle()))
        watching.add(check)
        hurry++
        ring()
      })
    },

    remaining() {
      const frames: CutFrame[] = []
      if (frame !== undefined && frame.reports.length > 0) frames.push(frame)
      while (cutter.waiting + queue.size > 0) {
        const greeting = needsHello() && frames.length === 0 ? options.hello() : undefined
        const next = cutter.cut(greeting, TARGET_FRAME_BYTES)
        if (next === undefined) break
        frames.push(next)
      }
      ended = true
      return frames.map(({ bytes, reports }) => ({ bytes, reports: reports.length, told: toldBy(reports) }))
    },

    greet() {
      asked++
      ring()
    },

    whenRegistered(signal) {
      return new Promise((resolve) => {
        const check = () => {
          if (needsHello() && !ended && !signal.aborted) return
          resolve(!needsHello() && !signal.aborted)
          watching.delete(check)
          signal.removeEventListener('abort', check)
        }
        watching.add(check)
        signal.addEventListener('abort', check)
        check()
      })
    },

    get waiting() {
      return (frame?.reports.length ?? 0) + cutter.waiting + queue.size
    },

    get registered() {
      return !needsHello()
    },
  }
}
