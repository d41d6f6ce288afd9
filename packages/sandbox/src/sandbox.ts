import type { Mirror, Redactor } from '@lightrun/core'
import { createCompiler } from './compile.ts'
import { createDirectCompiler } from './direct/compile.ts'
import { takeIntrinsics } from './direct/intrinsics.ts'
import { Meter } from './direct/meter.ts'
import type { World } from './direct/world.ts'
import type { Expression } from './expression.ts'
import { type CompiledFormat, createFormatCompiler } from './format/compile-format.ts'
import type { Engine, Refused } from './language/result.ts'
import { type Clock, DEFAULT_LIMITS, type SandboxLimits } from './limits.ts'
import { createEngine } from './quickjs/engine.ts'
import { createGuest } from './quickjs/guest.ts'

export interface SandboxOptions {
  /** How application values are looked at. */
  mirror: Mirror
  /** Names whose values are not read. Default: none. */
  redactor?: Redactor
  clock?: Clock
  limits?: Partial<SandboxLimits>
}

/** Evaluates expressions that only read. Make it early: built-ins are taken as they are now. */
export interface Sandbox extends Disposable {
  /** Never loads anything on the caller's time; see `Expression.prepare`. */
  compile(source: string, options?: CompileOptions): Compiled
  /** The same for the text of a log: `total {cart.total} for {name: user.name}`. */
  compileFormat(source: string): CompiledFormat
  /** Frees QuickJS. Expressions that need it answer `failed` from then on. */
  dispose(): void
}

export interface CompileOptions {
  /**
   * Who evaluates. By default whoever is faster, part by part. `direct`: an expression that needs QuickJS is refused,
   * so none is ever loaded. `quickjs`: all of it runs in QuickJS on a copy of the variables; refused is what needs the
   * live values (`instanceof`, local time, `new Date`, `localeCompare`).
   */
  engine?: Engine
}

export type Compiled = { status: 'ok'; expression: Expression } | Refused

export function createSandbox(options: SandboxOptions): Sandbox {
  const limits: SandboxLimits = { ...DEFAULT_LIMITS, ...options.limits }
  const clock = options.clock ?? performanceClock
  const world: World = {
    mirror: options.mirror,
    intrinsics: takeIntrinsics(options.mirror),
    limits,
    redactor: options.redactor ?? HIDES_NOTHING,
    meter: new Meter(limits, clock),
  }
  const engine = createEngine(limits, clock, world.intrinsics)
  const compile = createCompiler(world, createDirectCompiler(world), createGuest(world, engine), engine)
  const expressions = new Set<Expression>()

  function compileOwned(source: string, compileOptions: CompileOptions = {}): Compiled {
    const compiled = compile(source, compileOptions, (expression) => expressions.delete(expression))
    if (compiled.status === 'ok') expressions.add(compiled.expression)
    return compiled
  }

  function dispose(): void {
    for (const expression of expressions) expression[Symbol.dispose]()
    expressions.clear()
    engine.dispose()
  }

  return {
    compile: compileOwned,
    compileFormat: createFormatCompiler(world, () => clock.nowMs() * 1_000, compileOwned),
    dispose,
    [Symbol.dispose]: dispose,
  }
}

const HIDES_NOTHING: Redactor = { hides: () => false }
const performanceClock: Clock = { nowMs: () => performance.now() }
