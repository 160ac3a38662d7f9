/**
 * The door for what stands between a gateway and something else: hosts that mount it, stores that it counts in, readers that make a
 * configuration of other files. What they share with applications is in `@turnpike/core`.
 */
export { assembleConfiguration } from "./config/load.js";
export { error as errorProblem, warning as warningProblem } from "./diagnostics/problem.js";
export { type ByteSource, pulled } from "./http/pulled.js";
export { accessLogRecord, accessLogText, hasFailed, isLogged, isWanted } from "./observe/access-log.js";
export { AccessLogLines } from "./observe/access-log-line.js";
export { apimTrace } from "./observe/apim-trace.js";
export { type DebugGrant, debugToken } from "./observe/debug-token.js";
export { allTelemetry } from "./observe/telemetry.js";
export { droppedEvents, type Unheard } from "./observe/unheard.js";
export { type LogEvent, logEvents } from "./policy/log-events.js";
export { answerFailure, statusPath } from "./run/handle.js";
export { boundedKey } from "./stores/bounded-key.js";
export { wait } from "./time/clock.js";
export { readYaml, type ShapedDocument } from "./yaml/read-shaped.js";
