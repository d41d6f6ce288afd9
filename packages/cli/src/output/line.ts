export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Text as it came from anywhere, and how it should look. */
export interface Span {
  readonly text: string
  readonly style: Style
}

/**
 * One line of output. Its text is made harmless where it is written (`plain`), never before: so no command can
 * forget to, and no captured value can bring its own styles.
 */
export type Line = string | readonly (string | Span)[]

export const bold = (text: string): Span => ({ text, style: 'bold' })
export const dim = (text: string): Span => ({ text, style: 'dim' })
export const red = (text: string): Span => ({ text, style: 'red' })
export const green = (text: string): Span => ({ text, style: 'green' })
export const yellow = (text: string): Span => ({ text, style: 'yellow' })
export const cyan = (text: string): Span => ({ text, style: 'cyan' })

export function spansOf(line: Line): readonly (string | Span)[] {
  return typeof line === 'string' ? [line] : line
}

export const textOf = (span: string | Span): string => (typeof span === 'string' ? span : span.text)
