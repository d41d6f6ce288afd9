import { stripTypes } from './strip-types.ts'

/** How the JavaScript that was woven is got again. Data, because it crosses threads. */
export type TextOrigin =
  /** The file's text after Node's own type stripping, which leaves every position where it is. */
  | { from: 'typescript' }
  /** Another tool made it in memory, where nobody can find it again: kept here, deflated. */
  | { from: 'memory'; deflated: Uint8Array }

/** The text that was woven, or would have been: weave it again to find the sites. Errors of `readText` pass through. */
export async function readScriptText(
  { path, text }: { path: string; text?: TextOrigin },
  readText: (path: string) => Promise<string>,
): Promise<string> {
  if (text === undefined) return readText(path)
  if (text.from === 'typescript') return stripTypes(await readText(path))
  return zlib().inflateRawSync(text.deflated).toString()
}

/** A quarter to a tenth of the text remains, at about 100 MB/s: the application waits for it. */
export function keepText(text: string): TextOrigin {
  return { from: 'memory', deflated: zlib().deflateRawSync(text, { level: 1 }) }
}

/** 1.5 ms to load, and most applications never need it. */
const zlib = () => process.getBuiltinModule('node:zlib')
