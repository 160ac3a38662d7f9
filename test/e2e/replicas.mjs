// Several gateway processes on one Redis under load: does any window hold more than its limit, and is the limit used up?
import { fork } from "node:child_process";
import { Agent, get } from "node:http";
import { fileURLToPath } from "node:url";

const QUOTA_PERIOD = 300;

/**
 * Offers calls to gateway processes in turn, with random pauses of every key; one process is killed and started again meanwhile.
 * @param options.redis URL
 * @param options.replicas gateway processes
 * @param options.rate calls a second that are offered in all
 * @param options.seconds how long
 * @param options.keys limited keys, and as many with a quota
 * @param options.limit calls in `options.period` seconds of each limited key
 * @param options.quota calls in a period of each key with a quota; the period ends in the middle
 * @returns what came of every key
 */
export async function measureReplicas({ redis, replicas, rate, seconds, keys, limit, period, quota }) {
  const names = Array.from({ length: keys }, (_, i) => [`/limit/${i}`, `/quota/${i}`]).flat();
  const pauses = Object.fromEntries(names.map((name) => [name, randomPauses(seconds)]));
  const calls = Object.fromEntries(names.map((name) => [name, []]));
  const began = Date.now();
  const processes = await Promise.all(Array.from({ length: replicas }, startProcess));
  const gateways = [];
  try {
    // The border between two periods of the quotas lies in the middle. On a slow machine gateways take longer to stand.
    const border = Math.ceil((2 * Date.now() - began + 1000 + seconds * 500) / 1000) * 1000;
    const settings = {
      redis,
      limit,
      period,
      quota,
      quotaPeriod: QUOTA_PERIOD,
      quotaStart: new Date(border - QUOTA_PERIOD * 1000),
    };
    const serve = (child) =>
      serveGateway(child, settings, (counted) => {
        for (const [name, sent, done, isAdmitted] of counted) calls[name].push({ sent, done, isAdmitted });
      });
    gateways.push(...(await Promise.all(processes.map(serve))));
    await until(border - seconds * 500);
    const start = Date.now();
    const fault = killOne(gateways, seconds, async () => serve(await startProcess()));
    const underway = new Set();
    let [offered, answered, lost] = [0, 0, 0];
    for (let now = start; now < start + seconds * 1000; now = Date.now()) {
      for (const due = ((now - start) / 1000) * rate; offered < due; offered++) {
        const name = names[Math.floor(Math.random() * names.length)];
        const alive = gateways.filter(({ isUp }) => isUp);
        if (pauses[name].some(([from, to]) => now >= start + from && now < start + to) || alive.length === 0) continue;
        const one = call(alive[Math.floor(Math.random() * alive.length)], name).then((isAnswered) => {
          underway.delete(one);
          if (isAnswered) answered++;
          else lost++;
        });
        underway.add(one);
      }
      await sleep(4);
    }
    await Promise.all(underway);
    await fault;
    // What was counted last is told a moment later.
    await sleep(200);
    return {
      answered,
      lost,
      elapsed: (Date.now() - start) / 1000,
      rows: names.map((name) => judge(name, calls[name], { limit, period, quota, border })),
    };
  } finally {
    for (const child of processes) child.kill("SIGKILL");
    for (const one of gateways) one.end();
  }
}

/** A table of {@link measureReplicas}' outcome for people. */
export function replicaTable({ answered, lost, elapsed, rows }) {
  const cells = rows.map(({ name, offered, admitted, limit, fullest, perfect, utilisation }) =>
    [name, offered, admitted, perfect, `${(utilisation * 100).toFixed(1)} %`, limit, fullest]
      .map((cell) => String(cell).padStart(12))
      .join(""),
  );
  const head = ["key", "counted", "admitted", "perfect", "utilisation", "limit", "fullest"]
    .map((cell) => cell.padStart(12))
    .join("");
  return [
    head,
    ...cells,
    `${answered} calls answered in ${elapsed.toFixed(1)} s (${Math.round(answered / elapsed)} a second), ${lost} lost with the killed process.`,
  ].join("\n");
}

/** Starts a process, which then waits for its settings. */
async function startProcess() {
  const child = fork(fileURLToPath(new URL("replica.mjs", import.meta.url)), { execArgv: [] });
  await messageOf(child);
  return child;
}

/** Makes a process serve a gateway. @param record told what it has counted, and when that was asked for and answered */
async function serveGateway(child, settings, record) {
  child.send(settings);
  const { port } = await messageOf(child);
  child.on("message", ({ counted }) => record(counted));
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const one = {
    port,
    agent,
    isUp: true,
    end() {
      one.isUp = false;
      agent.destroy();
      child.kill("SIGKILL");
    },
  };
  return one;
}

/** The next message of a process. */
function messageOf(child) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`A gateway process ended with ${code}.`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message);
    });
  });
}

async function killOne(gateways, seconds, start) {
  await sleep(seconds * 400);
  const victim = Math.floor(Math.random() * gateways.length);
  gateways[victim].end();
  await sleep(seconds * 100);
  gateways[victim] = await start();
}

/** False where no answer came. */
function call({ port, agent }, path) {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.resume();
      response.once("end", () => resolve(true));
      response.once("error", () => resolve(false));
    });
    request.once("error", () => resolve(false));
  });
}

/** Stretches of milliseconds in which a key is not called: about a fifth of the time. */
function randomPauses(seconds) {
  const pauses = [];
  for (let at = 0; at < seconds * 1000; ) {
    at += 500 + Math.random() * 0.6 * 1000 * Math.min(seconds / 2, 10);
    const length = 100 + Math.random() * 250 * Math.min(seconds / 2, 10);
    pauses.push([at, at + length]);
    at += length;
  }
  return pauses;
}

/** What came of a key, and what a perfect counter would have admitted of the same calls. */
function judge(name, calls, { limit, period, quota, border }) {
  const admitted = calls.filter(({ isAdmitted }) => isAdmitted);
  const moments = calls.map(({ sent, done }) => (sent + done) / 2).sort((a, b) => a - b);
  const isQuota = name.startsWith("/quota");
  const perfect = isQuota ? perfectQuota(moments, quota, border) : perfectWindow(moments, limit, period * 1000);
  const fullest = isQuota
    ? Math.max(admitted.filter(({ done }) => done < border).length, admitted.filter(({ sent }) => sent >= border).length)
    : fullestWindow(admitted, period * 1000);
  return {
    name,
    offered: calls.length,
    admitted: admitted.length,
    limit: isQuota ? quota : limit,
    fullest,
    perfect,
    utilisation: admitted.length / perfect,
  };
}

/** The most calls that a stretch certainly holds: sent and answered within it. */
function fullestWindow(calls, length) {
  const sorted = [...calls].sort((a, b) => a.sent - b.sent);
  let most = 0;
  for (let i = 0; i < sorted.length; i++) {
    const end = sorted[i].sent + length;
    let count = 0;
    for (let j = i; j < sorted.length && sorted[j].sent < end; j++) if (sorted[j].done < end) count++;
    most = Math.max(most, count);
  }
  return most;
}

function perfectWindow(moments, limit, length) {
  const inside = [];
  let admitted = 0;
  for (const moment of moments) {
    while (inside.length > 0 && inside[0] <= moment - length) inside.shift();
    if (inside.length >= limit) continue;
    inside.push(moment);
    admitted++;
  }
  return admitted;
}

function perfectQuota(moments, quota, border) {
  const before = moments.filter((moment) => moment < border).length;
  return Math.min(quota, before) + Math.min(quota, moments.length - before);
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const until = (moment) => sleep(Math.max(0, moment - Date.now()));
