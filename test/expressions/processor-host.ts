import { systemHost } from "#expressions/runtime/run.js";
import { processorTime } from "../processor-time.js";

/** The process's own host, but for its time, which is the processor's: a machine under load must not be taken for an endless expression. */
export const processorHost = { ...systemHost, elapsed: processorTime };
