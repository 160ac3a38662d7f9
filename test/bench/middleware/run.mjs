// What a gateway costs that stands before an application and changes nothing: the same application with and without, interleaved in one run.
// Options: --calls N in each round (default 4000), --rounds N (default 5), --processes N (default 5), --connections N (default 32),
// --only express,fastify, --json.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { advantage, line, measureInTurn, summary } from "../servers.mjs";

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "4000" },
    rounds: { type: "string", default: "5" },
    processes: { type: "string", default: "5" },
    connections: { type: "string", default: "32" },
    only: { type: "string", default: "express,fastify" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const processes = Number(values.processes);
const pace = { calls: Number(values.calls), connections: Number(values.connections), staysAwake: true };
const headers = { accept: "application/json", "user-agent": "bench", authorization: "Bearer abc", "x-request": "1" };
const body = JSON.stringify({ amount: 125.5, currency: "EUR", reference: "invoice 4711", to: { name: "someone", iban: "DE00" } });
const requests = {
  GET: { path: "/accounts/7", headers },
  POST: { path: "/accounts", method: "POST", headers: { ...headers, "content-type": "application/json" }, body },
};

// Calls, not seconds: so many are needed before the engine's compilers are through, however busy the machine.
const WARM_UP = 4;

const table = [];
for (const framework of values.only.split(",")) {
  const file = fileURLToPath(new URL(`${framework}.mjs`, import.meta.url));
  const servers = Object.fromEntries(
    ["none", "passed", "matched", "seen"].map((kind) => [kind, { file, env: { GATEWAY: kind } }]),
  );
  for (const [method, request] of Object.entries(requests)) {
    const results = Object.fromEntries(Object.keys(servers).map((kind) => [kind, []]));
    // Two processes of the very same server differ by more than a gateway costs.
    for (let i = 0; i < processes; i++) {
      const measured = await measureInTurn(servers, { ...request, ...pace }, rounds, WARM_UP);
      for (const kind of Object.keys(servers)) results[kind].push(...measured[kind]);
    }
    for (const kind of Object.keys(servers))
      table.push({ ...summary(`${framework} ${method} ${kind}`, results[kind]), ...advantage(results[kind], results.none) });
  }
}
if (values.json) console.log(JSON.stringify(table));
else {
  console.log(
    `${pace.connections} connections, ${processes} processes with ${rounds} rounds of ${pace.calls} calls each, load and application on one machine.`,
  );
  console.log("none: no gateway. passed: no API is there for the request. matched: an API with no policies of its own.");
  console.log("seen: a policy sets a header of the response.");
  console.log(
    "The factor of calls per second, and of the processor time of a call, is that of the application without a gateway: 1 is no cost.",
  );
  for (const row of table) console.log(line(row));
}
