import { type Link, type LinkOptions, openLink, type UnansweredFrame } from './link.ts'

/** The links of a process: its own agent's, and those of its workers. */
export interface Links {
  open(each: Pick<LinkOptions, 'agentId' | 'hello' | 'queue'>): Link & Disposable
  /** Whether the server has lately answered any of them. */
  readonly isUp: boolean
  /** What the server has not acknowledged. The links deliver nothing more. */
  remaining(): UnansweredFrame[]
}

export interface LinksOptions extends Pick<LinkOptions, 'config' | 'transport' | 'log' | 'onFault' | 'onWork'> {
  /** Told when any of them has something to deliver, and when none has. Must not throw. */
  onBusy: (isBusy: boolean) => void
}

export function createLinks({ onBusy, ...common }: LinksOptions): Links {
  const links = new Set<Link>()
  const busy = new Set<string>()

  function tell(agentId: string, isBusy: boolean): void {
    if (isBusy) busy.add(agentId)
    else busy.delete(agentId)
    onBusy(busy.size > 0)
  }

  return {
    open(each) {
      const { agentId } = each
      const link = openLink({ ...common, ...each, onBusy: (isBusy) => tell(agentId, isBusy) })
      links.add(link)
      const close = () => {
        links.delete(link)
        tell(agentId, false)
      }
      return Object.assign(link, { [Symbol.dispose]: close })
    },
    get isUp() {
      return [...links].some(({ isUp }) => isUp)
    },
    remaining: () => [...links].flatMap((link) => link.remaining()),
  }
}
