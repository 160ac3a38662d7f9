import { adminPages } from "../../admin/index.js";
import { LineWriter } from "../../sinks/line-writer.js";
import { consoleCall } from "../admin/console.js";
import { adminAddress, serveAdmin } from "../admin/listener.js";
import { type CommandCall, UsageError } from "../command.js";
import { runLog } from "../log/run-log.js";
import { drained, drainOf, stopSignal } from "../run/drain.js";
import { configurationName } from "../run/serve.js";
import { metricsOf, workersOf } from "../run/values.js";
import { WorkersSource } from "./admin-source.js";
import { WorkerPool } from "./pool.js";

/** Milliseconds that a slow reader of the log has at the end. */
const LAST_WAIT = 2_000;

/**
 * Serves a gateway from several processes until it is told to stop. This one serves no requests: it starts the others, keeps their counters
 * unless Redis does, writes their lines, and shows operators all of them.
 * @param opened what is to be closed in the end, the last first, however it comes
 * @returns the exit code
 */
export async function runWorkers(call: CommandCall, opened: (() => Promise<unknown>)[]): Promise<number> {
  const file = configurationName(call);
  const drain = drainOf(call);
  if (consoleCall(call) !== null) throw new UsageError("'--console' looks on at one process: leave '--workers' out.");
  const adminPlace = adminAddress(call);
  const metrics = adminPlace === null ? null : metricsOf();
  const { stdout, stderr } = call.output;
  const log = runLog(call);
  opened.push(() => log.end());
  const dropped = (count: number): string => JSON.stringify({ Event: "dropped", Lines: count });
  const out = new LineWriter(stdout, (line) => void stdout.write(`${line}\n`), dropped);
  const err = new LineWriter(stderr, (line) => void stderr.write(`${line}\n`), dropped);
  opened.push(async () => {
    await Promise.all([out.flushed(LAST_WAIT), err.flushed(LAST_WAIT)]);
    out.end();
    err.end();
  });
  const isTerminal = stdout.isTTY && call.text("log") === undefined && !call.has("json");
  const pool = new WorkerPool({
    workers: workersOf(call),
    args: ["run", ...(isTerminal ? ["--log", "pretty"] : []), ...call.args],
    env: stdout.isTTY ? { FORCE_COLOR: "1" } : {},
    timeout: drain.timeout,
    logger: log.logger,
    out: (line) => void out.write(line),
    err: (line) => void err.write(line),
  });
  let isDraining = false;
  const stop = stopSignal(null);
  opened.push(async () => stop.close());
  const source = new WorkersSource(pool, metrics?.contentType ?? null, () => isDraining);
  const admin = adminPlace === null ? null : await serveAdmin(adminPlace, adminPages(source));
  if (admin !== null) opened.push(() => admin.close());
  opened.push(() => pool.close());
  const starting = pool.start();
  const reload = (): void => void starting.then(() => pool.roll());
  process.on("SIGHUP", reload);
  opened.push(async () => void process.removeListener("SIGHUP", reload));
  const started = await Promise.race([starting, stop.asked]);
  if (started === undefined) return 0;
  if ("code" in started) return started.code;
  const { url } = started;
  log.event("listening", { Url: url, Workers: pool.size }, `Turnpike serves ${file} on ${url} from ${pool.size} workers`);
  if (admin !== null) log.event("admin", { Url: admin.url }, `Metrics, probes, state and traces are on ${admin.url}`);
  await stop.asked;
  isDraining = true;
  await drained(drain, stop);
  return 0;
}
