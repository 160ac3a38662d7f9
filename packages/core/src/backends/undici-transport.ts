import type { ClosableTransport, UndiciTransportOptions } from "./closable-transport.js";

/** A transport that loads what it calls with when it is needed. */
export interface LoadedTransport extends ClosableTransport {
  /** Loads it now, and not with the first call. */
  ready(): Promise<void>;
}

/** Calls by undici, which takes long to load: what only checks or tests policies starts without it. */
export function undiciTransport(options: UndiciTransportOptions): LoadedTransport {
  let made: ClosableTransport | null = null;
  let loading: Promise<ClosableTransport> | null = null;
  const load = (): Promise<ClosableTransport> =>
    (loading ??= import("./pooled-transport.js").then(({ pooledTransport }) => (made = pooledTransport(options))));
  return {
    send: (request) => (made === null ? load().then(({ send }) => send(request)) : made.send(request)),
    ready: async () => void (await load()),
    close: async (most) => {
      if (loading !== null) await (await loading).close(most);
    },
  };
}
