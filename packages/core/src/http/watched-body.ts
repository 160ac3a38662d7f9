/** Looks on while a body passes, without standing in its way. */
export interface BodyWatch {
  /** Its reader has to wait for more. */
  waits?(): void;
  /** There is more: the wait is over. */
  came?(): void;
  chunk?(bytes: Uint8Array): void;
  /** Called once: it has been read to its end (true), or has failed or been given up (false). */
  end?(isWhole: boolean): void;
}

/** A body that lets itself be looked at: so it keeps what ways it has besides iteration. */
export interface WatchableBody extends AsyncIterable<Uint8Array> {
  watch(watch: BodyWatch): void;
}

/** Does a stream let itself be looked at? */
export function isWatchable(body: AsyncIterable<Uint8Array>): body is WatchableBody {
  return "watch" in body && typeof body.watch === "function";
}
