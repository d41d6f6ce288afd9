import { transportContract } from '@lightrun/core/testing'
import { describe, it } from 'vitest'
import { createContractPeer } from '../test/contract-peer.ts'

transportContract('HTTP transport', createContractPeer, { describe, it })
