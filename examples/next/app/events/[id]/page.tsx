import { notFound } from 'next/navigation'
import { findShow } from '../../../lib/events'
import { quoteFor } from '../../../lib/quote'
import { isCurrency } from '../../../lib/rates'
import { book } from './book'

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<{ currency?: string }>
}

/** Rendered for each visitor. */
export default async function EventPage({ params, searchParams }: Props) {
  const { id } = await params
  const { currency = 'EUR' } = await searchParams
  const show = await findShow(id)
  if (show === undefined || !isCurrency(currency)) notFound()

  const { cents } = await quoteFor(show, 1, currency)
  return (
    <main>
      <h1>{show.title}</h1>
      <p>
        A seat is {cents / 100} {currency}.
      </p>
      <form action={book}>
        <input type="hidden" name="show" value={show.id} />
        <input type="hidden" name="currency" value={currency} />
        <input type="number" name="seats" defaultValue={2} />
        <button type="submit">Book</button>
      </form>
    </main>
  )
}
