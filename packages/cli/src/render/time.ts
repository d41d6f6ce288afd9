import type { WallClock } from '../context.ts'

/** `12:03:44.123`, local time. */
export function timeOfDay(clock: WallClock, atMs: number): string {
  const local = new Date(atMs - clock.offsetMinutes(atMs) * 60_000)
  // A clock far off is a fault of the agent's machine; it should be seen and not end the command.
  return Number.isNaN(local.getTime()) ? '??:??:??.???' : local.toISOString().slice(-13, -1)
}

/** `12s`, `5m`, `3h`, `2d`: one unit says enough. */
export function span(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000))
  if (seconds < 100) return `${seconds}s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 100) return `${minutes}m`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours}h` : `${Math.round(hours / 24)}d`
}
