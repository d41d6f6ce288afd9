import { types } from 'node:util'
import {
  createCapturer,
  createDelivery,
  createMirror,
  createNameRedactor,
  createReportQueue,
  retrying,
} from '@lightrun/core'
import type { Agent } from './agent/agent.ts'

export type { Agent }

void [types, createCapturer, createDelivery, createMirror, createNameRedactor, createReportQueue, retrying]
