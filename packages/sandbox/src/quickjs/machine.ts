import type { Intrinsics } from '../direct/intrinsics.ts'
import type { SandboxLimits } from '../limits.ts'

/**
 * One QuickJS by its C functions, without the objects that libraries put around each value: on a hit those take longer
 * than QuickJS does. Of JavaScript it uses what was there when it was made. Methods throw what WebAssembly throws.
 */
export interface Machine {
  evaluate(source: string): Answer
  /** @param argument An address, which is freed here; 0 for none. */
  call(target: Address, argument: Address): Answer
  /** A text of the guest. Of surrogates without a partner and of what follows U+0000 it knows nothing. */
  newText(text: string): Answer
  /** Whether the guest would get exactly this text. */
  isExact(text: string): boolean
  textOf(value: Address): string
  /** Of an error. */
  messageOf(error: Address): string
  free(value: Address): void
  /** An `ArrayBuffer` of the guest over the numbers that are shared. One only: the guest frees them. */
  newNumbers(): Answer
  /** The numbers that host and guest share. Good until QuickJS runs, which may move its memory. */
  numbers(): Float64Array
  dispose(): void
}

/** Of a value in there. Who has it frees it. */
export type Address = number

/** The address of a value or, below zero, of what was thrown. */
export type Answer = number

/** Doubles that are shared: 64 KiB. */
export const SHARED_NUMBERS = 8_192

/** Bytes that are kept for texts on their way in. A longer one gets room of its own. */
const TEXT_BYTES = 64 * 1024

/** What is used of the package's bindings, which it may change: the version is pinned. Numbers are addresses. */
interface Functions {
  QTS_NewRuntime(): number
  QTS_FreeRuntime(runtime: number): void
  QTS_RuntimeSetMemoryLimit(runtime: number, bytes: number): void
  QTS_RuntimeSetMaxStackSize(runtime: number, bytes: number): void
  QTS_RuntimeEnableInterruptHandler(runtime: number): void
  QTS_NewContext(runtime: number, intrinsics: number): number
  QTS_FreeContext(context: number): void
  QTS_GetUndefined(): number
  QTS_NewArrayBuffer(context: number, memory: number, length: number): number
  QTS_NewString(context: number, text: number): number
  QTS_GetString(context: number, value: number): number
  QTS_FreeCString(context: number, text: number): void
  QTS_GetProp(context: number, object: number, name: number): number
  QTS_Eval(context: number, text: number, length: number, name: string, detectModule: number, flags: number): number
  QTS_Call(context: number, target: number, self: number, count: number, addresses: number): number
  QTS_ResolveException(context: number, value: number): number
  QTS_FreeValuePointer(context: number, value: number): void
}

interface Module {
  HEAPU8: Uint8Array
  _malloc(bytes: number): number
  _free(memory: number): void
  stringToUTF8(text: string, memory: number, bytes: number): void
  lengthBytesUTF8(text: string): number
  callbacks: object
}

/** `JS_EVAL_FLAG_STRICT` of QuickJS. */
const STRICT = 8

/** Built-ins that turn texts into bytes and back, as they are when the sandbox is made. */
export function takeCodec({ uncurryThis }: Intrinsics) {
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder('utf-8', { ignoreBOM: true })]
  const encodeInto = uncurryThis(TextEncoder.prototype.encodeInto)
  const decode = uncurryThis(TextDecoder.prototype.decode)
  return {
    encodeInto: (text: string, bytes: Uint8Array) =>
      encodeInto(encoder, text, bytes) as { read: number; written: number },
    decode: (bytes: Uint8Array) => decode(decoder, bytes) as string,
    subarray: uncurryThis(Uint8Array.prototype.subarray) as (bytes: Uint8Array, from: number, to: number) => Uint8Array,
    indexOf: uncurryThis(String.prototype.indexOf) as (text: string, wanted: string) => number,
    // Newer than the library that types come from; not than the oldest Node.js.
    isWellFormed: uncurryThis((String.prototype as { isWellFormed?: unknown }).isWellFormed) as (
      text: string,
    ) => boolean,
  }
}

export type Codec = ReturnType<typeof takeCodec>

/** Loads an instance of its own: memory is never shared with another, and a broken one is simply let go. */
export async function loadMachine(limits: SandboxLimits, codec: Codec, shouldStop: () => boolean): Promise<Machine> {
  const variant = (await import('@jitl/quickjs-wasmfile-release-sync')).default
  const [loaded, Bindings] = await Promise.all([variant.importModuleLoader(), variant.importFFI()])
  // Where modules are CommonJS, it lies one deeper.
  const load = (typeof loaded === 'function' ? loaded : loaded.default) as unknown
  // An abort would be printed to the application's output; it is an answer (`vm.ts`).
  const silent = { print() {}, printErr() {} } as object
  const module = await (load as (options: object) => Promise<Module>)(silent)
  const functions = new Bindings(module as never) as unknown as Functions
  return createMachine(module, functions, limits, codec, shouldStop)
}

function createMachine(
  module: Module,
  quickjs: Functions,
  limits: SandboxLimits,
  { encodeInto, decode, subarray, indexOf, isWellFormed }: Codec,
  shouldStop: () => boolean,
): Machine {
  // The first argument of each is for builds that can suspend; this one cannot.
  module.callbacks = { shouldInterrupt: () => (shouldStop() ? 1 : 0) }
  const runtime = quickjs.QTS_NewRuntime()
  quickjs.QTS_RuntimeSetMemoryLimit(runtime, limits.memoryBytes)
  quickjs.QTS_RuntimeSetMaxStackSize(runtime, limits.stackBytes)
  quickjs.QTS_RuntimeEnableInterruptHandler(runtime)
  const context = quickjs.QTS_NewContext(runtime, 0)
  const nothing = quickjs.QTS_GetUndefined()

  const argumentsAt = module._malloc(4)
  const textAt = module._malloc(TEXT_BYTES)
  const numbersAt = module._malloc(SHARED_NUMBERS * 8)
  let heap = module.HEAPU8
  let addresses = new Uint32Array(heap.buffer, argumentsAt, 1)
  let textRoom = subarray(heap, textAt, textAt + TEXT_BYTES)
  let numbers = new Float64Array(heap.buffer, numbersAt, SHARED_NUMBERS)

  /** WebAssembly moves its memory when it grows. */
  function look(): void {
    if (heap === module.HEAPU8) return
    heap = module.HEAPU8
    addresses = new Uint32Array(heap.buffer, argumentsAt, 1)
    textRoom = subarray(heap, textAt, textAt + TEXT_BYTES)
    numbers = new Float64Array(heap.buffer, numbersAt, SHARED_NUMBERS)
  }

  function answerOf(value: Address): Answer {
    const error = quickjs.QTS_ResolveException(context, value)
    if (error === 0) return value
    quickjs.QTS_FreeValuePointer(context, value)
    return -error
  }

  /** Where the text is in memory, in UTF-8 with a zero after it. `use` gets its length as well. */
  function withText<T>(text: string, use: (memory: number, length: number) => T): T {
    look()
    const { read, written } = encodeInto(text, textRoom)
    if (read === text.length && written < TEXT_BYTES) {
      textRoom[written] = 0
      return use(textAt, written)
    }
    const bytes = text.length * 3 + 1
    return withMemory(bytes, (memory) => {
      const { written: length } = encodeInto(text, subarray(heap, memory, memory + bytes))
      heap[memory + length] = 0
      return use(memory, length)
    })
  }

  /** The same for a program, which may have a half of a surrogate pair in a regular expression. */
  function withSource<T>(source: string, use: (memory: number, length: number) => T): T {
    if (isWellFormed(source)) return withText(source, use)
    const length = module.lengthBytesUTF8(source)
    return withMemory(length + 1, (memory) => {
      module.stringToUTF8(source, memory, length + 1)
      return use(memory, length)
    })
  }

  function withMemory<T>(bytes: number, use: (memory: number) => T): T {
    const memory = module._malloc(bytes)
    try {
      look()
      return use(memory)
    } finally {
      module._free(memory)
    }
  }

  const newText = (text: string): Answer => withText(text, (memory) => answerOf(quickjs.QTS_NewString(context, memory)))

  function textOf(value: Address): string {
    const from = quickjs.QTS_GetString(context, value)
    if (from === 0) return ''
    look()
    let to = from
    while (heap[to] !== 0) to++
    const text = decode(subarray(heap, from, to))
    quickjs.QTS_FreeCString(context, from)
    return text
  }

  return {
    evaluate: (source) =>
      withSource(source, (memory, length) =>
        answerOf(quickjs.QTS_Eval(context, memory, length, 'expression.js', 0, STRICT)),
      ),
    newNumbers: () => answerOf(quickjs.QTS_NewArrayBuffer(context, numbersAt, SHARED_NUMBERS * 8)),
    call(target, argument) {
      if (argument === 0) return answerOf(quickjs.QTS_Call(context, target, nothing, 0, argumentsAt))
      look()
      addresses[0] = argument
      const answer = quickjs.QTS_Call(context, target, nothing, 1, argumentsAt)
      quickjs.QTS_FreeValuePointer(context, argument)
      return answerOf(answer)
    },
    newText,
    isExact: (text) => isWellFormed(text) && indexOf(text, '\0') === -1,
    textOf,
    messageOf(error) {
      const name = newText('message')
      if (name < 0) return ''
      const message = quickjs.QTS_GetProp(context, error, name)
      quickjs.QTS_FreeValuePointer(context, name)
      const text = textOf(message)
      quickjs.QTS_FreeValuePointer(context, message)
      return text
    },
    free: (value) => quickjs.QTS_FreeValuePointer(context, value),
    numbers() {
      look()
      return numbers
    },
    dispose() {
      quickjs.QTS_FreeContext(context)
      quickjs.QTS_FreeRuntime(runtime)
    },
  }
}
