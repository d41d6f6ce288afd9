/**
 * What is cut from a program's output before it is compared, in unwoven runs and woven ones alike. Each is something
 * that weaving is known and documented to move, or that no two runs share.
 */
export function normalise(output: string): string {
  return (
    output
      // What Node prints above an uncaught error: the line as it was compiled, and a mark below its column.
      .replace(/^(\S.*:\d+)\n.*\n *\^+\n/gm, '$1\n')
      // Columns: probes stand before the statements of a line.
      .replace(/((?:\.[cm]?[jt]sx?|node:[\w/]+|<anonymous>|evalmachine\S*):\d+):\d+/g, '$1')
      // V8 gives the implicit call of a class's initialiser the position of whatever ran before it.
      .replace(/(at <\w+_initializer>.*\n\s*at .*:)\d+/g, '$1?')
      .replace(/\(node:\d+\)/g, '(node:PID)')
  )
}
