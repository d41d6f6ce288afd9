import { expect, it } from 'vitest'
import { createAgentEvents } from './events.ts'

it('every listener hears its event until it is taken back, whatever the others throw', () => {
  const heard: string[] = []
  const faults: string[] = []
  const events = createAgentEvents((event) => faults.push(event))
  events.on('registered', () => {
    throw new Error('mine')
  })
  const listener = () => heard.push('a')
  const off = events.on('registered', listener)
  events.on('registered', listener)
  events.on('stopped', () => heard.push('stopped'))
  events.emit('started')
  events.emit('registered')
  off()
  off()
  events.emit('registered')
  expect(heard).toEqual(['a', 'a', 'a'])
  expect(faults).toEqual(['registered', 'registered'])
})
