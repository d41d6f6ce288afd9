import { fileURLToPath, pathToFileURL } from 'node:url'

/** The rest of a line from the comment's sign on; `@` is the older one and still written by some. */
const COMMENT = /^(?:\/\/|\/\*)[#@][ \t]*sourceMappingURL=([^\s'"*]+)[ \t]*(?:\*\/)?[ \t]*$/
/** A bundle may quote the word many times; the comment stands at the end by convention. */
const MAX_TRIES = 50
/** `//# ` and some more blanks. */
const MAX_SIGN_LENGTH = 20
const DATA_URL = /^data:(?:application|text)\/json[^,]*?(;base64)?,(.*)$/s

/** What a text's `sourceMappingURL` comment says; the last one counts. `undefined` when there is none. */
export function sourceMapUrl(text: string): string | undefined {
  let mark = text.length
  for (let tries = 0; tries < MAX_TRIES && mark > 0; tries++) {
    mark = text.lastIndexOf('sourceMappingURL=', mark - 1)
    if (mark === -1) return undefined
    const before = text.slice(Math.max(0, mark - MAX_SIGN_LENGTH), mark)
    const sign = mark - before.length + Math.max(before.lastIndexOf('//'), before.lastIndexOf('/*'))
    if (sign < mark - before.length) continue
    const end = text.indexOf('\n', mark)
    const match = COMMENT.exec(text.slice(sign, end === -1 ? undefined : end).trimEnd())
    if (match !== null) return match[1]
  }
  return undefined
}

/** The map's own text when the URL carries it. @throws what is wrong with the URL. */
export function inlineMap(url: string): string | undefined {
  const match = DATA_URL.exec(url)
  if (match === null) return undefined
  const [, base64, body = ''] = match
  return base64 === undefined ? decodeURIComponent(body) : Buffer.from(body, 'base64').toString('utf8')
}

/** The file a URL names, as seen from the script. @throws for what is not a file. */
export function locateMap(scriptPath: string, url: string): string {
  return fileURLToPath(new URL(url, pathToFileURL(scriptPath)))
}
