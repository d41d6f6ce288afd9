'use server'

import { redirect } from 'next/navigation'
import { findShow } from '../../../lib/events'
import { quoteFor } from '../../../lib/quote'
import { isCurrency } from '../../../lib/rates'

/** A server action: what the form of the page posts to. */
export async function book(form: FormData): Promise<void> {
  const id = String(form.get('show'))
  const seats = Number(form.get('seats'))
  const currency = String(form.get('currency'))
  const show = await findShow(id)
  if (show === undefined || !isCurrency(currency)) redirect('/')
  const { cents } = await quoteFor(show, seats, currency)
  redirect(`/booked?show=${id}&seats=${seats}&cents=${cents}`)
}
