// Language models behind a token limit and a token metric, against a bare pipe of undici, call by call in turn: the time to the first event of a
// stream of 200, processor time of a call, and memory over many streams. Options: --calls N of each kind (default 600), --streams N for the growth
// (default 10000), --json.
import { Agent, request as send } from "node:http";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, startServer } from "../servers.mjs";

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "600" },
    streams: { type: "string", default: "10000" },
    json: { type: "boolean", default: false },
  },
});
const file = (name) => fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

const bodyOf = (isStreamed) =>
  JSON.stringify({
    model: "gpt-4o",
    messages: [{ role: "user", content: "Which colour has the sky? ".repeat(20) }],
    ...(isStreamed ? { stream: true, stream_options: { include_usage: true } } : {}),
  });
const BODIES = { whole: bodyOf(false), stream: bodyOf(true) };

/** One call: milliseconds to the first byte of the answer's body. */
function call(url, kind) {
  return new Promise((resolve, reject) => {
    const body = BODIES[kind];
    const began = performance.now();
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), "X-Subscription": "s" };
    send(`${url}/chat/completions`, { agent, method: "POST", headers }, (response) => {
      let first = 0;
      response.on("data", () => {
        first ||= performance.now() - began;
      });
      response.on("end", () => (response.statusCode === 200 ? resolve(first) : reject(new Error(String(response.statusCode)))));
      response.on("error", reject);
    })
      .on("error", reject)
      .end(body);
  });
}

async function many(url, kind, count, atOnce) {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await call(url, kind);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const state = async (url) => (await fetch(`${url}/state`)).json();
const quantile = (numbers, share) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * share)];
const rounded = (number, digits = 2) => Number(number.toFixed(digits));

const upstream = await startServer(file("upstream"));
const env = { UPSTREAM: upstream.url };
const servers = { bare: await startServer(file("bare"), env), turnpike: await startServer(file("turnpike"), env) };
try {
  const calls = Number(values.calls);
  for (const kind of ["whole", "stream"]) for (const { url } of Object.values(servers)) await many(url, kind, 300, 8);

  const waits = { bare: [], turnpike: [] };
  for (let i = 0; i < calls; i++)
    for (const name of ["bare", "turnpike"]) waits[name].push(await call(servers[name].url, "stream"));

  const costs = {};
  for (const kind of ["whole", "stream"]) for (const name of ["bare", "turnpike"]) costs[`${name} ${kind}`] = [];
  for (let round = 0; round < 5; round++)
    for (const kind of ["whole", "stream"])
      for (const [name, { url, cpu }] of Object.entries(servers)) {
        const before = await cpu();
        await many(url, kind, calls, 8);
        costs[`${name} ${kind}`].push(((await cpu()) - before) / calls);
      }

  const streams = Number(values.streams);
  const { url } = servers.turnpike;
  await many(url, "stream", Math.ceil(streams / 10), 32);
  const before = await state(url);
  await many(url, "stream", streams, 32);
  const after = await state(url);

  const cost = (name) => rounded(median(costs[name]), 0);
  const report = {
    firstEvent: Object.fromEntries(
      Object.entries(waits).map(([name, all]) => [name, { p50: rounded(quantile(all, 0.5)), p95: rounded(quantile(all, 0.95)) }]),
    ),
    /** Median of the differences of neighbouring calls, and of the 95th percentiles. */
    overBare: {
      p50: rounded(median(waits.turnpike.map((ms, i) => ms - waits.bare[i]))),
      p95: rounded(quantile(waits.turnpike, 0.95) - quantile(waits.bare, 0.95)),
    },
    cpuPerCall: Object.fromEntries(Object.keys(costs).map((name) => [name, cost(name)])),
    callsPerSecondOfCore: { whole: Math.round(1e6 / cost("turnpike whole")), stream: Math.round(1e6 / cost("turnpike stream")) },
    streams: { count: streams, residentGrowth: after.resident - before.resident, tokens: after.tokens - before.tokens },
  };
  if (values.json) console.log(JSON.stringify(report));
  else console.log(JSON.stringify(report, null, 2));
} finally {
  for (const { stop } of [...Object.values(servers), upstream]) stop();
  agent.destroy();
}
