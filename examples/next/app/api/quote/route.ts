import { type NextRequest, NextResponse } from 'next/server'
import { findShow } from '../../../lib/events'
import { quoteFor } from '../../../lib/quote'
import { isCurrency } from '../../../lib/rates'

export async function GET(request: NextRequest): Promise<NextResponse> {
  const { searchParams } = request.nextUrl
  const show = await findShow(searchParams.get('show') ?? '')
  const seats = Number(searchParams.get('seats') ?? 1)
  const currency = searchParams.get('currency') ?? 'EUR'
  if (show === undefined || !isCurrency(currency) || !(seats > 0)) {
    return NextResponse.json({ error: 'no such show, currency or number of seats' }, { status: 400 })
  }
  const quote = await quoteFor(show, seats, currency)
  return NextResponse.json({ asked: currency, quote })
}
