import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import type { Logger } from "@turnpike/core";
import { logEvents } from "@turnpike/core/adapter";
import { type CommandCall, UsageError } from "../command.js";
import { bytesOf, workersOf } from "./values.js";

/** Milliseconds between two looks. */
const LOOK = 100;
/** Shares of a limit from which on no more is taken, and below which it is again. */
const FULL = 0.9;
const ROOM = 0.8;

/** What a process has taken of memory, in bytes. */
export interface MemoryUse {
  /** All of it, without what its heap holds in reserve. */
  readonly process: number;
  /** What stands in its heap. */
  readonly heap: number;
}

/** What a process may take of memory, in bytes. */
export type MemoryLimits = MemoryUse;

/**
 * The limits of this process: `--memory-limit`, or else what its container may take, shared by all workers; and that of its heap. Null with
 * `--memory-limit none`.
 * @throws UsageError for a value that cannot be
 */
export function memoryLimitsOf(call: CommandCall): MemoryLimits | null {
  if (call.text("memory-limit") === "none") return null;
  const heap = getHeapStatistics().heap_size_limit;
  const given = bytesOf(call, "memory-limit");
  if (given !== undefined && given < LEAST)
    throw new UsageError(`Invalid value '${call.text("memory-limit")}' of '--memory-limit': expected at least 64Mi, or none.`);
  const all = given ?? containerLimit();
  return { process: all === null ? Number.POSITIVE_INFINITY : all / workersOf(call), heap };
}

/** A gateway alone takes more than this. */
const LEAST = 64 * 1024 * 1024;

/** Null where nothing but the machine bounds it. */
function containerLimit(): number | null {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : null;
}

/** Watches what a process takes of memory, so that it takes no more work before it is ended for it. */
export class MemoryGuard {
  /** Is there no room for more? */
  isFull = false;
  private readonly timer: NodeJS.Timeout;

  /** @param use what is taken now; default: by this process */
  constructor(
    private readonly limits: MemoryLimits,
    private readonly logger: Logger,
    private readonly use: () => MemoryUse = useOfProcess,
  ) {
    this.timer = setInterval(() => this.look(), LOOK).unref();
  }

  /** Looks now. */
  look(): void {
    const { process, heap } = this.use();
    const share = Math.max(process / this.limits.process, heap / this.limits.heap);
    if (!this.isFull && share >= FULL) {
      this.isFull = true;
      this.logger.error({ process, heap, limits: this.limits }, logEvents.memoryShort);
    } else if (this.isFull && share < ROOM) {
      this.isFull = false;
      this.logger.warn({ process, heap }, logEvents.memoryBack);
    }
  }

  close(): void {
    clearInterval(this.timer);
  }
}

function useOfProcess(): MemoryUse {
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return { process: rss - heapTotal + heapUsed, heap: heapUsed };
}
