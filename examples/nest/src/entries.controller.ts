import { Controller, Get, Param, ParseIntPipe, Query } from '@nestjs/common'
import { EntriesService, type Entry, type Page } from './entries.service.js'

@Controller('entries')
export class EntriesController {
  constructor(private readonly entries: EntriesService) {}

  /** Page by page. */
  @Get()
  async list(@Query('offset') offset: number = 0, @Query('limit') limit: number = 5): Promise<Page> {
    const page = await this.entries.page(offset, limit)
    return page
  }

  @Get(':id')
  async one(@Param('id', ParseIntPipe) id: number): Promise<Entry> {
    return this.entries.find(id)
  }
}
