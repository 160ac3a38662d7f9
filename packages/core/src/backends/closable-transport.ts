import type { Transport } from "../http/transport.js";
import type { Clock } from "../time/clock.js";

/** Bounds of the connections that a gateway keeps. */
export interface UndiciTransportOptions {
  readonly clock: Clock;
  /** Connections to one backend. Default 256. */
  readonly connections?: number;
  /** Backends whose connections are kept at once; the longest unused ones go first. Default 256. */
  readonly origins?: number;
}

/** A transport that owns connections. */
export interface ClosableTransport {
  readonly send: Transport;
  /** Ends all connections, when their calls have ended: at the latest in `most` milliseconds. */
  close(most: number): Promise<void>;
}
