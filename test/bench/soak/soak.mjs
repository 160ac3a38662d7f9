// A gateway under mixed traffic with faults, for a long time: does it keep anything, does it lose a call?
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { startRedis } from "../redis-server.mjs";
import { startTraffic } from "./traffic.mjs";

const MOST_GROWTH = 0.05;
/** Seconds in which sockets that are idle may still be open. */
const SETTLE = 12;
/** Milliseconds between two times in which Redis does not answer, and what part of them it does not. */
const AWAY_EVERY = 60_000;
const AWAY = 0.05;
/** Milliseconds between two looks at the heap under traffic: what grows there with the requests on their way, not with what is kept. */
const LOOK_EVERY = 60_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Runs the soak.
 * @param options.seconds of traffic, warming up not counted
 * @param options.warmUp seconds
 * @param options.rate calls a second
 * @param options.reloads of the configuration, spread over the time
 * @param options.mostGrowth of the heap, as a share of what it was after warming up
 * @returns what was measured, and what of it must not be
 */
export async function soak({ seconds, warmUp, rate, reloads, mostGrowth = MOST_GROWTH, tell = () => {} }) {
  const secret = randomBytes(32).toString("base64");
  const redis = await startRedis();
  const upstream = await start("./upstream.mjs", []);
  const gateway = await start("./gateway.mjs", ["--expose-gc"], {
    UPSTREAM: `http://127.0.0.1:${upstream.port}`,
    REDIS: redis.url,
    SECRET: secret,
  });
  let version = 0;
  const phase = async (length, count) => {
    const traffic = startTraffic({ port: gateway.port, secret, rate });
    const endsAt = Date.now() + length * 1000;
    const every = Math.min(AWAY_EVERY, (length * 1000) / 3);
    const command = (...words) => void redis.client.call("CLIENT", ...words).catch(() => {});
    const away = setInterval(() => command("PAUSE", String(Math.round(every * AWAY)), "ALL"), every);
    const cut = setInterval(() => command("KILL", "TYPE", "normal", "SKIPME", "yes"), every * 1.3);
    let nextLook = Date.now() + LOOK_EVERY;
    for (let done = 0; Date.now() < endsAt; ) {
      await sleep(Math.min(250, Math.max(1, endsAt - Date.now())));
      const due = Math.floor(((length * 1000 - (endsAt - Date.now())) / (length * 1000)) * count);
      for (; done < due; done++) await gateway.ask({ what: "reload", version: ++version });
      if (Date.now() < nextLook) continue;
      nextLook += LOOK_EVERY;
      const { heap } = await gateway.ask({ what: "measure" });
      tell(`${traffic.outcome.calls} calls, ${done} reloads, ${(heap / 1048576).toFixed(1)} MB`);
    }
    clearInterval(away);
    clearInterval(cut);
    await traffic.stop();
    return traffic.outcome;
  };
  try {
    const early = await phase(warmUp, Math.max(3, Math.round((reloads * warmUp) / seconds)));
    const before = await settled(gateway);
    tell(`warmed up: ${show(before)}`);
    const outcome = await phase(seconds, reloads);
    const after = await settled(gateway, before);
    tell(`at the end: ${show(after)}`);
    return judge({ outcome, early, before, after, seconds, mostGrowth, reloads: version });
  } finally {
    gateway.stop();
    upstream.stop();
    await redis.stop();
  }
}

function judge({ outcome, early, before, after, seconds, mostGrowth, reloads }) {
  const growth = after.heap / before.heap - 1;
  const faults = [];
  if (growth > mostGrowth) faults.push(`the heap has grown by ${(growth * 100).toFixed(1)} %`);
  if (countOf(after) > countOf(before))
    faults.push(`handles are left: ${JSON.stringify(after.handles)} where there were ${JSON.stringify(before.handles)}`);
  for (const { unanswered, failed } of [early, outcome]) {
    if (unanswered.length > 0)
      faults.push(`${unanswered.length} calls were not answered: ${[...new Set(unanswered)].slice(0, 5).join(", ")}`);
    if (failed.length > 0) faults.push(`${failed.length} calls have failed: ${[...new Set(failed)].slice(0, 5).join(", ")}`);
  }
  if (after.unforeseen > 0) faults.push(`${after.unforeseen} failures that nobody foresaw are in the log`);
  const { calls, answered, left, broken, sockets, statuses } = outcome;
  return {
    seconds,
    calls,
    perSecond: Math.round(calls / seconds),
    answered,
    left,
    broken,
    sockets,
    statuses,
    reloads,
    before,
    after,
    growth,
    faults,
  };
}

const countOf = ({ handles }) => Object.values(handles).reduce((sum, count) => sum + count, 0);
const show = ({ heap, handles }) => `${(heap / 1048576).toFixed(1)} MB, ${JSON.stringify(handles)}`;

/** What the gateway holds when nothing goes on any more: at the latest after some seconds. */
async function settled(gateway, target) {
  let best = await gateway.ask({ what: "measure" });
  for (let i = 0; i < SETTLE; i++) {
    await sleep(1_000);
    const now = await gateway.ask({ what: "measure" });
    const isDone = target === undefined ? i >= 7 : countOf(now) <= countOf(target) && now.heap <= target.heap && i >= 7;
    best = now;
    if (isDone) break;
  }
  return best;
}

function start(file, execArgv, env = {}) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv,
    env: { ...process.env, NODE_ENV: "production", ...env },
  });
  const waiting = new Map();
  let next = 0;
  return new Promise((resolve, reject) => {
    const failed = (code) => {
      const error = new Error(`${file} has ended with ${code}.`);
      reject(error);
      for (const { reject: fail } of waiting.values()) fail(error);
    };
    child.once("exit", failed);
    child.on("message", ({ port, id, answer, error }) => {
      if (port !== undefined)
        resolve({
          port,
          ask: (message) =>
            new Promise((done, fail) => {
              waiting.set(++next, { resolve: done, reject: fail });
              child.send({ id: next, ...message });
            }),
          stop: () => child.removeListener("exit", failed).kill("SIGKILL"),
        });
      else {
        const { resolve: done, reject: fail } = waiting.get(id);
        waiting.delete(id);
        if (error === undefined) done(answer);
        else fail(new Error(error));
      }
    });
  });
}
