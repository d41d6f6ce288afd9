import { Vcs } from '@lightrun/core'
import type { ReadFile } from './what-is-seen.ts'

/** What is checked out in the current folder, as far as a Git repository of it tells. */
export async function checkedOut(readFile: ReadFile): Promise<Vcs | undefined> {
  const head = (await readFile('.git/HEAD'))?.trim()
  if (head === undefined) return undefined
  const ref = /^ref: (refs\/heads\/(.+))$/.exec(head)
  const commit = ref === null ? head : await commitOf(ref[1] ?? '', readFile)
  const found = { repository: originIn(await readFile('.git/config')), branch: ref?.[2], commit }
  // What somebody wrote there by hand is no reason to refuse their question.
  const parsed = Vcs.safeParse(found)
  return parsed.success ? parsed.data : undefined
}

async function commitOf(ref: string, readFile: ReadFile): Promise<string | undefined> {
  // A name that leads out of the folder is none of Git's.
  if (ref.includes('..')) return undefined
  const loose = await readFile(`.git/${ref}`)
  if (loose !== undefined) return loose.trim()
  const packed = (await readFile('.git/packed-refs'))?.split('\n').find((line) => line.endsWith(` ${ref}`))
  return packed?.split(' ')[0]
}

/** Without a user and a password, which are nobody's business. */
function originIn(config: string | undefined): string | undefined {
  const url = /^\[remote "origin"\][^[]*?^\s*url\s*=\s*(.+)$/m.exec(config ?? '')?.[1]?.trim()
  return url?.replace(/^([a-z+]+:\/\/)[^/]*@/i, '$1')
}
