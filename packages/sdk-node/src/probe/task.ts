/** What an action does when its line is passed and its condition holds. */
export interface ProbeTask {
  /**
   * On the application's hot path. May throw: the probe guards it. Answers with a text when what was asked for cannot be
   * done here, for whoever asked, and with `false` when nothing came about yet; such hits do not count.
   */
  perform(args: readonly unknown[]): string | false | undefined
  /** Says what has added up since the last call. Called about every second, and at the end; `isEarly`: in between. */
  flush(isEarly?: boolean): void
  /** Resolves once everything performed so far has been offered to the queue. */
  settled(): Promise<void>
  /** The process ends: offers now what is not settled, as far as it is worked out. */
  hurry?(): void
}

export const settledAtOnce = (): Promise<void> => Promise.resolve()

/** For places that only other places learn from. */
export const NOTHING: ProbeTask = { perform: () => false, flush() {}, settled: settledAtOnce }
