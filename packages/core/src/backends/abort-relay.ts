/** What ends when a signal is aborted. */
export interface Abortable {
  onAbort(): void;
}

const relays = new WeakMap<AbortSignal, Set<Abortable>>();

/**
 * Tells a call when its signal is aborted, until {@link endRelay}. A signal has one listener for all its calls: the requests of a connection share
 * theirs, and to add and take back a listener for each costs more than all else that is done for a signal.
 * @param signal one that is not aborted yet
 */
export function relayAbort(signal: AbortSignal, call: Abortable): void {
  let calls = relays.get(signal);
  if (calls === undefined) {
    const waiting = new Set<Abortable>();
    signal.addEventListener(
      "abort",
      () => {
        relays.delete(signal);
        for (const open of waiting) open.onAbort();
      },
      { once: true },
    );
    relays.set(signal, waiting);
    calls = waiting;
  }
  calls.add(call);
}

/** The call is over: it is not told any more. */
export function endRelay(signal: AbortSignal, call: Abortable): void {
  relays.get(signal)?.delete(call);
}
