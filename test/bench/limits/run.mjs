// Counting calls: Turnpike's exact sliding windows against the fixed windows of what is mostly used, in memory and in Redis, interleaved in one run.
// Options: --seconds N for each round (default 1), --rounds N (default 5), --keys N (default 1000), --only memory|redis, --json.
import { parseArgs } from "node:util";
import { redisStore } from "@turnpike/adapters/redis";
import { createMemoryStore } from "@turnpike/core";
import { MemoryStore } from "express-rate-limit";
import { Redis } from "ioredis";
import { RedisStore } from "rate-limit-redis";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import { startRedis } from "../redis-server.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "1" },
    rounds: { type: "string", default: "5" },
    keys: { type: "string", default: "1000" },
    only: { type: "string", default: "memory,redis" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const names = Array.from({ length: Number(values.keys) }, (_, i) => `caller-${i}`);
const PERIOD = 60;
/** Never reached: what is measured is the counting. */
const LIMIT = 1_000_000_000;

const turnpike = (store, keys = 1) => {
  const request = (key) => ({ key, window: "sliding", limit: LIMIT, period: PERIOD, start: null, amount: 1, force: false });
  const take = (requests) => store.counters.take(requests);
  return keys === 1 ? (key) => take([request(key)]) : (key) => take([request(key), request(`all-of-${key}`)]);
};
const flexible = (make) => {
  const limiter = make();
  return (key) => limiter.consume(key);
};
const ofExpress = (store) => {
  store.init({ windowMs: PERIOD * 1000 });
  return (key) => store.increment(key);
};

/** Calls with so many on their way at one time: calls a second, and microseconds of processor time of a call, here and at the server. */
async function measure(call, inFlight, serverTime) {
  const [server, own, began] = [await serverTime(), process.cpuUsage(), performance.now()];
  const end = began + seconds * 1000;
  let calls = 0;
  const one = async () => {
    for (let i = Math.floor(Math.random() * names.length); performance.now() < end; i++) {
      // As its caller does: policies do not wait for what is no promise.
      const answer = call(names[i % names.length]);
      if (answer instanceof Promise) await answer;
      calls++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  const elapsed = performance.now() - began;
  const { user, system } = process.cpuUsage(own);
  return { rate: (calls * 1000) / elapsed, cost: (user + system) / calls, serverCost: ((await serverTime()) - server) / calls };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rounded = (number) => Number(number.toPrecision(3));
const results = [];

/** Measures contestants in turn. The first one is what the others are compared with. */
async function compare(title, contestants, inFlight, serverTime = async () => 0) {
  const all = Object.keys(contestants);
  const samples = Object.fromEntries(all.map((name) => [name, []]));
  for (const name of all) await measure(contestants[name], inFlight, serverTime);
  for (let round = 0; round < rounds; round++)
    for (const name of all) samples[name].push(await measure(contestants[name], inFlight, serverTime));
  const ratios = (name, part, isMore) =>
    samples[name].map((sample, i) =>
      isMore ? samples[all[0]][i][part] / sample[part] : sample[part] / samples[all[0]][i][part],
    );
  for (const name of all) {
    const [faster, cheaper] = [ratios(name, "rate", true), ratios(name, "cost", false)];
    results.push({
      title,
      inFlight,
      name,
      callsPerSecond: Math.round(median(samples[name].map((sample) => sample.rate))),
      cpuPerCall: rounded(median(samples[name].map((sample) => sample.cost))),
      serverCpuPerCall: rounded(median(samples[name].map((sample) => sample.serverCost))),
      faster: rounded(median(faster)),
      fasterSpread: [Math.min(...faster), Math.max(...faster)].map(rounded),
      cheaper: rounded(median(cheaper)),
      cheaperSpread: [Math.min(...cheaper), Math.max(...cheaper)].map(rounded),
    });
  }
}

if (values.only.includes("memory"))
  await compare(
    "memory",
    {
      turnpike: turnpike(createMemoryStore()),
      "rate-limiter-flexible": flexible(() => new RateLimiterMemory({ points: LIMIT, duration: PERIOD })),
      "express-rate-limit": ofExpress(new MemoryStore()),
    },
    1,
  );

if (values.only.includes("redis")) {
  const server = await startRedis();
  const serverTime = async () => {
    const text = await server.client.info("cpu");
    const of = (name) => Number(new RegExp(`${name}:([\\d.]+)`).exec(text)[1]) * 1e6;
    return of("used_cpu_sys") + of("used_cpu_user");
  };
  const clients = [];
  const client = () => {
    const one = new Redis(server.url);
    clients.push(one);
    return one;
  };
  const two = (call) => (key) => Promise.all([call(key), call(`all-of-${key}`)]);
  const make = () => {
    const peer = client();
    const flexibleOne = flexible(
      () => new RateLimiterRedis({ storeClient: client(), points: LIMIT, duration: PERIOD, keyPrefix: "rlf" }),
    );
    const expressOne = ofExpress(
      new RedisStore({ prefix: "rl:", sendCommand: (command, ...args) => peer.call(command, ...args) }),
    );
    const store = redisStore({ client: client() });
    return {
      one: { turnpike: turnpike(store), "rate-limiter-flexible": flexibleOne, "rate-limit-redis": expressOne },
      two: { turnpike: turnpike(store, 2), "rate-limiter-flexible": two(flexibleOne), "rate-limit-redis": two(expressOne) },
    };
  };
  try {
    const { one, two: pairs } = make();
    for (const inFlight of [1, 32, 256]) await compare("redis", one, inFlight, serverTime);
    await compare("redis, two counters", pairs, 32, serverTime);
  } finally {
    for (const one of clients) one.disconnect();
    await server.stop();
  }
}

if (values.json) console.log(JSON.stringify(results));
else {
  console.log(
    `${names.length} keys, ${rounds} rounds of ${seconds} s each. How much faster and cheaper turnpike is than each: by calls per second, and by the processor`,
  );
  console.log(
    "time of a call in this process; `server` is the time of a call in Redis. Turnpike's windows slide, the others' are fixed.",
  );
  for (const row of results)
    console.log(
      `${row.title.padEnd(20)} ${String(row.inFlight).padStart(4)} in flight  ${row.name.padEnd(22)} ${String(row.callsPerSecond).padStart(8)} calls/s ${String(row.cpuPerCall).padStart(6)} us/call ${String(row.serverCpuPerCall).padStart(6)} us server  ` +
        `calls/s ${row.faster}x (${row.fasterSpread.join(" to ")})   cpu ${row.cheaper}x (${row.cheaperSpread.join(" to ")})`,
    );
}
process.exit(0);
