import type { ConfigurationInput } from "../gateway-options.js";

/**
 * Where a live gateway's configuration comes from. Implement it for a place of your own: a database, a bucket, a message bus. A source
 * remembers what it gave last; it is asked again and again, never twice at once.
 */
export interface ConfigurationSource {
  /** What messages call it. It must not hold credentials. */
  readonly name: string;
  /**
   * The configuration, or null if it is the same as at the last call. Rejects if it cannot be had: then the one in force stays, and the
   * source is asked again later.
   */
  read(signal: AbortSignal): Promise<ConfigurationInput | null>;
  /** Frees what the source holds. */
  close?(): Promise<void>;
}
