// Errors

// Management API
export * from './api/action-views.ts'
export * from './api/admin-views.ts'
export * from './api/agent-routes.ts'
export { bindsTo } from './api/binds-to.ts'
export { CUSTOM_PREFIX, formatSource, SOURCE_SEPARATORS, TAG_PREFIX } from './api/format-source.ts'
export * from './api/metric-views.ts'
export * from './api/problem.ts'
export * from './api/source.ts'
export { type Capturer, type CapturerOptions, createCapturer, type VariableEntry } from './capture/capture.ts'
export * from './capture/capture-limits.ts'
// Delivery
export { createDelivery, LINGER_MS, MAX_REFUSED_PAUSE_MS, REFUSED_PAUSE_MS } from './delivery/create-delivery.ts'
export type { DeliveryOptions, RemainingFrame, ReportDelivery, Told } from './delivery/delivery.ts'
export { MAX_BODY_BYTES, TARGET_FRAME_BYTES } from './delivery/frame-cutter.ts'
export {
  type ActionKey,
  createReportQueue,
  MAX_QUEUED_BYTES,
  MAX_QUEUED_REPORTS,
  type ReportQueue,
  type ReportQueueOptions,
} from './delivery/report-queue.ts'
export { addTold } from './delivery/told.ts'
export { ERROR_CODES, type ErrorCode, isErrorCode } from './errors/error-codes.ts'
export { type ErrorDetails, LightrunError, type LightrunErrorOptions } from './errors/lightrun-error.ts'
// Looking at values
export { createMirror } from './mirror/create-mirror.ts'
export type { KnownAccessors } from './mirror/known-accessors.ts'
export type { Mirror, ObjectKind, PropertyView } from './mirror/mirror.ts'
export type { TypeProbes } from './mirror/type-probes.ts'
export { uncurryThis } from './mirror/uncurry-this.ts'
// Model
export * from './model/action.ts'
export * from './model/agent-info.ts'
export * from './model/captured-value.ts'
export { CapturedValueSchema, isCapturedValue, MAX_CAPTURED_DEPTH } from './model/captured-value-schema.ts'
export * from './model/policy.ts'
export * from './model/position.ts'
export { MAX_RENDERED_LENGTH, type RenderOptions, renderValue } from './model/render-value.ts'
export * from './model/report.ts'
export * from './model/status.ts'
// Wire
export * from './protocol/codec.ts'
export * from './protocol/frames.ts'
export {
  actionOf,
  createLogLine,
  type LineHead,
  type LineList,
  type LogHead,
  type LogLine,
  type Outgoing,
  type PlainValue,
  toHit,
} from './protocol/log-line.ts'
export { MAX_HEAD_LENGTH } from './protocol/short-log.ts'
export { createNameRedactor, DEFAULT_REDACTED_NAMES } from './redact/name-redactor.ts'
export { DEFAULT_PACKS, PACK_NAMES, type PackName, patternsOf } from './redact/packs.ts'
export type { Redactor } from './redact/redactor.ts'
export { createScrubber, NOTHING_TO_SCRUB, type Scrubber } from './redact/scrubber.ts'
export { createShowOnly } from './redact/show-only.ts'
export type { Span, ValuePattern } from './redact/value-pattern.ts'
export { likelyName } from './schema/likely-name.ts'
export { type Parsed, type ParseOptions, parse } from './schema/parse.ts'
export * from './statistics/distribution.ts'
export { createRecorder, type Recorder } from './statistics/recorder.ts'
export { Statistics, summarize } from './statistics/statistics.ts'
export type { Timers } from './time/timers.ts'
export { wait } from './time/wait.ts'
export { createMemoryTransport, type MemoryServer } from './transport/memory-transport.ts'
export { FIRST_RETRY_MS, MAX_RETRY_AFTER_MS, MAX_RETRY_MS, type RetryOptions, retrying } from './transport/retrying.ts'
export type { Delivery, Transport } from './transport/transport.ts'
