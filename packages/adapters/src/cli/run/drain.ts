import type { CommandCall } from "../command.js";
import type { WorkerLink } from "../workers/worker.js";
import { secondsOf } from "./values.js";

/** Milliseconds that requests on their way, and one-way calls behind them, have to finish. */
const GRACE = 10_000;

/** How a process ends. Milliseconds. */
export interface Drain {
  /** How long it goes on serving, and says that it is not ready, before it takes no more connections. */
  readonly wait: number;
  /** How long what is under way may take after that. */
  readonly timeout: number;
}

/** @throws UsageError for values that cannot be */
export function drainOf(call: CommandCall): Drain {
  return { wait: secondsOf(call, "drain-wait") ?? 0, timeout: secondsOf(call, "drain-timeout") ?? GRACE };
}

/** The wish of whoever runs the process that it ends. */
export interface StopSignal {
  /** Resolves at the first. */
  readonly asked: Promise<void>;
  /** Resolves at the second. */
  readonly hurried: Promise<void>;
  close(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Listens for SIGINT and SIGTERM, or for the word of the primary process: workers leave it to that one, also where all processes of a group
 * get the signal.
 */
export function stopSignal(worker: WorkerLink | null): StopSignal {
  let [ask, hurry] = [() => {}, () => {}];
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const hurried = new Promise<void>((resolve) => (hurry = resolve));
  let count = 0;
  const stop = (): void => {
    if (++count === 1) ask();
    else hurry();
  };
  worker?.onStop(stop);
  const onSignal = worker === null ? stop : () => {};
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    asked,
    hurried,
    close() {
      for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    },
  };
}

/** Goes on serving for as long as balancers need to send their requests elsewhere; a second signal cuts that short. */
export async function drained({ wait }: Drain, { hurried }: StopSignal): Promise<void> {
  if (wait === 0) return;
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([hurried, new Promise<void>((resolve) => (timer = setTimeout(resolve, wait)))]);
  clearTimeout(timer);
}
