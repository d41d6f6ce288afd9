import { setTimeout as wait } from 'node:timers/promises'
import { Injectable, NotFoundException } from '@nestjs/common'

export interface Entry {
  id: number
  cents: number
}

export interface Page {
  entries: Entry[]
  next: number | undefined
}

const ENTRIES: readonly Entry[] = Array.from({ length: 40 }, (_, index) => ({ id: index + 1, cents: 100 * index }))

@Injectable()
export class EntriesService {
  async page(offset: number, limit: number): Promise<Page> {
    await wait(2)
    const end = offset + limit
    const entries = ENTRIES.slice(offset, end)
    return { entries, next: end < ENTRIES.length ? end : undefined }
  }

  async find(id: number): Promise<Entry> {
    const entry = ENTRIES.find((each) => each.id === id)
    if (entry === undefined) throw new NotFoundException(`no entry ${id}`)
    return entry
  }
}
