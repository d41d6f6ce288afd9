// How a user finds the bug: three questions, each suggested by the answer to the one before. Whatever is said here was
// checked first, from the commands' --json output and the shop's own receipts.
import { setTimeout as wait } from 'node:timers/promises'
import { plainValue } from './captured.mjs'
import { placeOf } from './shop-lines.mjs'

/** Wrong orders before anybody looks: fewer could be chance. */
const WRONG = 3
const LOGGED = 8
const ANSWER_MS = 30_000
const TOO_MUCH = 'discount * 100 > subtotal * 20'

/**
 * @param {object} options
 * @param {ReturnType<import('./lightrun.mjs').createLightrun>} options.lightrun
 * @param {() => Promise<{ orders: number, overLimit: number, limitPercent: number }>} options.report the shop's own
 * @param {{ pause(): Promise<void>, run(): Promise<{ orders: number, overLimit: number }> }} options.traffic `run` sends
 * some from beginning to end and tells what its receipts said
 */
export async function investigate({ lightrun, report, traffic }) {
  const quoted = placeOf('src/pricing.ts', 'return { subtotal, discounts, discount, total }')
  const loyalty = placeOf('src/pricing.ts', 'isExclusive(couponCode)')

  await until(`${WRONG} orders above the limit`, async () => (await report()).overLimit >= WRONG)
  const symptom = await report()
  say(`The shop is under traffic, and its own report says that something is wrong:

$ curl http://…/reports/discounts
${JSON.stringify(symptom)}

Of ${symptom.orders} orders ${symptom.overLimit} got more than ${symptom.limitPercent} % off, which the shop never gives.
There is no error and no log line, and most orders are right. Which services can be asked?`)
  await lightrun.show('agents')

  say(`1. A log. Is the sum wrong? Log it where it is made, for ${LOGGED} orders.`)
  const format = 'order of {customer.id}: {subtotal} - {discount} = {total}'
  const log = await ask('log', quoted, format, '--max-hits', String(LOGGED))
  await hasHits(log, LOGGED)
  await lightrun.show('hits', log)
  const logged = await lightrun.json('hits', log)
  check(logged.length === LOGGED, `the log was to answer ${LOGGED} times and answered ${logged.length} times`)
  for (const { data } of logged) {
    const [, subtotal, discount, total] = /^order of c-\d+: (\d+) - (\d+) = (\d+)$/.exec(data.text) ?? []
    check(total !== undefined, `the log says ${JSON.stringify(data.text)}, which is not what was asked`)
    check(subtotal - discount === Number(total), `${data.text} is not true`)
  }
  say(`→ All ${LOGGED} sums are right, so it is the discount that is too large in some orders.`)

  say('2. A snapshot, but only of an order that got too much.')
  const snapshot = await ask('snapshot', quoted, '--condition', TOO_MUCH)
  await hasHits(snapshot, 1)
  await lightrun.show('hits', snapshot)
  const { couponCode, coupon, customer, discounts, subtotal, discount } = await variablesOf(snapshot)
  check(discount * 100 > subtotal * 20, `the snapshot shows ${discount} off ${subtotal}, which is allowed`)
  check(
    discounts.length === 2,
    `the snapshot shows ${discounts.length} discounts, not the two that should exclude each other`,
  )
  check(couponCode !== coupon.code, `the snapshot shows the coupon as it is written, ${couponCode}`)
  check(coupon.code === couponCode.trim().toUpperCase(), `${couponCode} is not ${coupon.code}`)
  check(customer.paymentToken === '(omitted: redacted)', 'the payment token left the process')
  say(`→ ${customer.id} typed "${couponCode}". It was found as ${coupon.code}, which stands instead of the loyalty discount, and yet both
  were given: "${discounts[0].reason}" and "${discounts[1].reason}". ${loyalty} asks isExclusive(couponCode), with
  the text as typed. (The customer's payment token was never read: redaction is on by default.)`)

  say('3. A counter. Does that explain every wrong order? Count those whose coupon was typed differently.')
  // Paused, so that what is counted and what the receipts say are about the same orders.
  await traffic.pause()
  const condition = `${TOO_MUCH} && couponCode !== coupon.code`
  const counter = await ask('counter', quoted, 'typed-differently', '--condition', condition)
  const seen = await traffic.run()
  await hasHits(counter, seen.overLimit)
  await lightrun.show('hits', counter)
  // A count too many would be as wrong as one too few: wait for what may still be under way.
  await wait(2_000)
  const [{ total }] = await lightrun.json('hits', counter)
  check(seen.overLimit > 0, 'the traffic saw no order above the limit')
  check(total === seen.overLimit, `the counter says ${total}, but ${seen.overLimit} receipts were above the limit`)
  say(`→ The receipts of these ${seen.orders} orders show ${seen.overLimit} above the limit, and ${total} were counted: that is all of them.
  The fix is isExclusive(coupon.code). Nothing was redeployed, restarted or stopped to find it.`)

  await lightrun.show('rm', log, snapshot, counter)

  /** Asks before the user's eyes; resolves with the id of the action. */
  async function ask(type, place, ...rest) {
    await lightrun.show(type, 'shop', place, ...rest)
    const [actions] = await lightrun.json('actions')
    const [newest] = actions.filter(({ task }) => task.type === type).sort((a, b) => b.createdAtMs - a.createdAtMs)
    check(newest !== undefined, `lightrun actions does not list the ${type} that was just made`)
    return newest.id
  }

  async function hasHits(id, count) {
    await until(`${count} hits of ${id}`, async () => {
      const [action] = await lightrun.json('show', id)
      return action.hitCount >= count
    })
  }

  async function variablesOf(id) {
    const [hit] = await lightrun.json('hits', id)
    return Object.fromEntries(hit.data.variables.map(({ name, value }) => [name, plainValue(value)]))
  }
}

export function say(text) {
  console.log(`\n${text}`)
}

function check(holds, otherwise) {
  if (!holds) throw new Error(`what the demo was about to tell is not true: ${otherwise}`)
}

export async function until(what, isSo, withinMs = ANSWER_MS) {
  const deadline = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs / 1_000} s in vain for ${what}`)
    await wait(100)
  }
}
