// Servers in processes of their own, measured in turn: what a benchmark of anything that answers HTTP needs.
import { fork } from "node:child_process";
import { load } from "./load.mjs";

/**
 * Starts servers and measures them round by round in turn, after one round, or as many as `warmUp` says, that do not count.
 * @param servers what tells each server's process what to do, by the server's name
 * @param work what `load` is told, and `path` and `headers` of the request
 * @returns by name, what each round gave: calls per second, the 99th percentile of waits, and microseconds of processor time per call
 */
export async function measureInTurn(servers, work, rounds, warmUp = 1) {
  const started = await startAll(servers);
  try {
    const results = Object.fromEntries(Object.keys(started).map((name) => [name, []]));
    for (let round = -warmUp; round < rounds; round++)
      for (const [name, server] of Object.entries(started)) {
        const result = await measure(server, work);
        if (round >= 0) results[name].push(result);
      }
    return results;
  } finally {
    for (const { stop } of Object.values(started)) stop();
  }
}

async function startAll(servers) {
  const started = {};
  try {
    for (const [name, { file, env }] of Object.entries(servers)) started[name] = await startServer(file, env);
    return started;
  } catch (error) {
    for (const { stop } of Object.values(started)) stop();
    throw error;
  }
}

/** Starts a server in a process of its own: its address, a way to ask for the processor time that it has used, in microseconds, and to end it. */
export function startServer(file, env = {}) {
  const child = fork(file, { env: { ...process.env, NODE_ENV: "production", ...env } });
  const cpu = () =>
    new Promise((answer) => {
      child.once("message", answer);
      child.send("cpu");
    });
  const stop = () => child.removeAllListeners("exit").kill();
  return new Promise((resolve, reject) => {
    child.once("message", ({ port }) => resolve({ url: `http://127.0.0.1:${port}`, cpu, stop }));
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code}`)));
  });
}

async function measure({ url, cpu }, work) {
  const before = await cpu();
  const { rate, calls, p99 } = await load(url, work);
  return { rate, p99, cost: ((await cpu()) - before) / calls };
}

/** In a server's process: tells the parent where it listens, and whenever it is asked, how much processor time was used so far. */
export function ready(port) {
  process.send({ port });
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send(user + system);
  });
}

/** The middle of numbers. */
export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** What a server's rounds gave, in the middle. */
export const summary = (name, results) => ({
  name,
  callsPerSecond: Math.round(median(results.map(({ rate }) => rate))),
  p99: rounded(median(results.map(({ p99 }) => p99)), 2),
  cpuPerCall: rounded(median(results.map(({ cost }) => cost)), 1),
});

/** By what factor one server is faster than another, by calls per second, and cheaper, by processor time: middle and spread of the rounds. */
export function advantage(one, other) {
  const speeds = one.map(({ rate }, i) => rate / other[i].rate);
  const costs = one.map(({ cost }, i) => other[i].cost / cost);
  const spread = (numbers) => [Math.min(...numbers), Math.max(...numbers)].map((each) => rounded(each, 2));
  return {
    faster: rounded(median(speeds), 2),
    fasterSpread: spread(speeds),
    cheaper: rounded(median(costs), 2),
    cheaperSpread: spread(costs),
  };
}

/** A summary and an advantage as a line of text. */
export function line(row) {
  const { name, callsPerSecond, p99, cpuPerCall, faster, fasterSpread, cheaper, cheaperSpread } = row;
  return (
    `${name.padEnd(24)} ${String(callsPerSecond).padStart(7)} calls/s   p99 ${String(p99).padStart(6)} ms  ${String(cpuPerCall).padStart(6)} us/call  ` +
    `calls/s ${faster}x (${fasterSpread.join(" to ")})   cpu ${cheaper}x (${cheaperSpread.join(" to ")})`
  );
}

const rounded = (number, digits) => Number(number.toFixed(digits));
