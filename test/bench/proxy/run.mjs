// Proxying with a token check, a rate limit and a header: Turnpike against what one would build by hand, interleaved in one run.
// Options: --seconds N for each round (default 3), --rounds N (default 5), --connections N (default 32), --only a,b, --json.
import { fork } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemClock } from "@turnpike/core";
import { SignJWT } from "jose";
import { load } from "./load.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "5" },
    connections: { type: "string", default: "32" },
    only: { type: "string", default: "bare,turnpike,fastify,express" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const work = { seconds: Number(values.seconds), connections: Number(values.connections) };

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const token = await new SignJWT({ aud: "api://payments-api", roles: ["Payments.Read"] })
  .setProtectedHeader({ alg: "RS256" })
  .setIssuer("https://id.example")
  .setExpirationTime(Math.floor(systemClock.now() / 1000) + 3600)
  .sign(privateKey);
const headers = { authorization: `Bearer ${token}`, "x-subscription": "sub-1", accept: "*/*" };

const children = [];
/** Starts a server in a process of its own: its address, and a way to ask for the CPU time that it has used, in microseconds. */
const start = (file, env = {}) =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
      env: { ...process.env, NODE_ENV: "production", ...env },
    });
    children.push(child);
    const cpu = () =>
      new Promise((answer) => {
        child.once("message", answer);
        child.send("cpu");
      });
    child.once("message", ({ port }) => resolve({ url: `http://127.0.0.1:${port}`, cpu }));
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code}`)));
  });

async function measure({ url, cpu }) {
  const before = await cpu();
  const { rate, calls, p99 } = await load(url, "/accounts", headers, work);
  return { rate, p99, cost: ((await cpu()) - before) / calls };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rounded = (number, digits) => Number(number.toFixed(digits));

try {
  const upstream = await start("upstream.mjs");
  const env = { UPSTREAM: upstream.url, PUBLIC_KEY: publicKey.export({ format: "pem", type: "spki" }) };
  const names = values.only.split(",");
  const servers = {};
  for (const name of names) servers[name] = await start(`${name}.mjs`, env);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) await measure(servers[name]);
  for (let round = 0; round < rounds; round++) for (const name of names) results[name].push(await measure(servers[name]));

  const first = names.includes("turnpike") ? "turnpike" : names[0];
  const table = names.map((name) => {
    const own = results[name];
    const ratios = own.map(({ cost }, i) => cost / results[first][i].cost);
    const speeds = own.map(({ rate }, i) => results[first][i].rate / rate);
    return {
      name,
      callsPerSecond: Math.round(median(own.map(({ rate }) => rate))),
      p99: rounded(median(own.map(({ p99 }) => p99)), 2),
      cpuPerCall: rounded(median(own.map(({ cost }) => cost)), 1),
      faster: rounded(median(speeds), 2),
      fasterSpread: [Math.min(...speeds), Math.max(...speeds)].map((one) => rounded(one, 2)),
      cheaper: rounded(median(ratios), 2),
      cheaperSpread: [Math.min(...ratios), Math.max(...ratios)].map((one) => rounded(one, 2)),
    };
  });
  if (values.json) console.log(JSON.stringify(table));
  else {
    console.log(
      `Proxying 1 KB with ${work.connections} connections, ${rounds} rounds of ${work.seconds} s each, load, proxy and upstream on one machine.`,
    );
    console.log(`How much faster ${first} is than each: by calls per second, and by the processor time of a call.`);
    for (const row of table)
      console.log(
        `${row.name.padEnd(10)} ${String(row.callsPerSecond).padStart(7)} calls/s   p99 ${String(row.p99).padStart(6)} ms  ${String(row.cpuPerCall).padStart(6)} us/call  ` +
          `calls/s ${row.faster}x (${row.fasterSpread.join(" to ")})   cpu ${row.cheaper}x (${row.cheaperSpread.join(" to ")})`,
      );
  }
} finally {
  for (const child of children) child.removeAllListeners("exit").kill();
}
