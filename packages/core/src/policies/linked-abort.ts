/** A signal of one's own that also follows another one. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  /** Stops following. */
  readonly release: () => void;
}

/**
 * A signal that aborts when `source` does, or on demand. Like `AbortSignal.any`, but what is released leaves nothing behind: a caller's
 * signal lasts as long as its connection, over many requests.
 */
export function linkedAbort(source: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const follow = (): void => controller.abort(source.reason);
  if (source.aborted) follow();
  else source.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    release: () => source.removeEventListener("abort", follow),
  };
}
