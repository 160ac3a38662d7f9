import type { Run } from "../../runtime/run.js";

/** What work on tokens is charged to; null where there is no evaluation (a host that builds tokens). */
export type Meter = Pick<Run, "allocate" | "step" | "steps"> | null;
