// Routing: what finding an operation costs with 10, 1,000 and 10,000 of them, as a ratio to the smallest, and how long 10,000 take to load.
// Options: --seconds N for each round (default 0.5), --rounds N (default 9), --json.
import { parseArgs } from "node:util";
import { createGateway } from "@turnpike/core";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "0.5" },
    rounds: { type: "string", default: "9" },
    json: { type: "boolean", default: false },
  },
});
const sizes = [10, 1_000, 10_000];
const PER_API = 10;

/** APIs of ten operations each, in a tree of paths; every second one with versions in a segment. */
function configuration(count) {
  const apis = {};
  for (let i = 0; i < count / PER_API; i++) {
    const operations = {};
    for (let j = 0; j < PER_API; j++)
      operations[`o${j}`] = { method: "GET", urlTemplate: `/things${j}/{id}/parts/{part}?view={view}` };
    apis[`a${i}`] = {
      path: `area${i % 20}/a${i}`,
      subscriptionRequired: false,
      policy: "<policies><inbound><return-response /></inbound></policies>",
      ...(i % 2 === 0 ? {} : { versioning: { scheme: "segment", version: "v1" } }),
      operations,
    };
  }
  return { apis };
}

/** Requests that are spread over all operations, and as many that find none. */
function requests(count) {
  const all = [];
  for (let k = 0; k < 50; k++) {
    const i = Math.floor((k * count) / PER_API / 50);
    const prefix = `https://gateway.example/area${i % 20}/a${i}${i % 2 === 0 ? "" : "/v1"}`;
    all.push(`${prefix}/things${k % PER_API}/17/parts/4?view=full`, `${prefix}/nothing/17`);
  }
  return all.map((url) => ({ method: "GET", url, headers: [] }));
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const sides = [];
for (const size of sizes) {
  const started = process.cpuUsage();
  const before = performance.now();
  const gateway = await createGateway(configuration(size));
  const { user, system } = process.cpuUsage(started);
  sides.push({
    size,
    gateway,
    requests: requests(size),
    load: performance.now() - before,
    cpu: (user + system) / 1000,
    rounds: [],
  });
}

/** Microseconds of processor time for a request. */
async function round(side) {
  const end = performance.now() + Number(values.seconds) * 1000;
  const started = process.cpuUsage();
  let done = 0;
  while (performance.now() < end) {
    for (const request of side.requests) {
      const { status } = await side.gateway.handle(request);
      if (status !== 200 && status !== 404) throw new Error(`status ${status}`);
    }
    done += side.requests.length;
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / done;
}

for (const side of sides) await round(side);
for (let i = 0; i < Number(values.rounds); i++) for (const side of sides) side.rounds.push(await round(side));

const smallest = sides[0];
const results = sides.map((side) => {
  const ratios = side.rounds.map((one, i) => one / smallest.rounds[i]);
  return {
    operations: side.size,
    microseconds: median(side.rounds),
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    loadMilliseconds: side.load,
    loadProcessorMilliseconds: side.cpu,
  };
});
if (values.json) console.log(JSON.stringify(results));
else
  for (const one of results)
    console.log(
      `${String(one.operations).padStart(6)} operations: ${one.microseconds.toFixed(1)} µs a request, ${one.ratio.toFixed(2)} (${one.least.toFixed(2)} to ${one.most.toFixed(2)}) of 10 operations; loaded in ${(one.loadMilliseconds / 1000).toFixed(2)} s (${(one.loadProcessorMilliseconds / 1000).toFixed(2)} s of processor time)`,
    );
