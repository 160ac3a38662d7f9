// Proxying with a token check, a rate limit and a header: Turnpike against what one would build by hand, interleaved in one run.
// Options: --seconds N for each round (default 3), --rounds N (default 5), --connections N (default 32), --json.
import { fork } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemClock } from "@turnpike/core";
import { SignJWT } from "jose";
import { Pool } from "undici";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "5" },
    connections: { type: "string", default: "32" },
    json: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const connections = Number(values.connections);

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const token = await new SignJWT({ aud: "api://payments-api", roles: ["Payments.Read"] })
  .setProtectedHeader({ alg: "RS256" })
  .setIssuer("https://id.example")
  .setExpirationTime(Math.floor(systemClock.now() / 1000) + 3600)
  .sign(privateKey);
const headers = { authorization: `Bearer ${token}`, "x-subscription": "sub-1", accept: "*/*" };

const children = [];
const start = (file, env = {}) =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
      env: { ...process.env, NODE_ENV: "production", ...env },
    });
    children.push(child);
    child.once("message", ({ port }) => resolve(`http://127.0.0.1:${port}`));
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code}`)));
  });

/** Calls per second of `seconds` of load, and the 99th percentile of the waits in milliseconds. */
async function load(url) {
  const pool = new Pool(url, { connections });
  const waits = [];
  const end = performance.now() + seconds * 1000;
  const worker = async () => {
    while (performance.now() < end) {
      const from = performance.now();
      const { statusCode, body } = await pool.request({ path: "/accounts", method: "GET", headers });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`);
      waits.push(performance.now() - from);
    }
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  const rate = waits.length / ((performance.now() - from) / 1000);
  await pool.close();
  waits.sort((a, b) => a - b);
  return { rate, p99: waits[Math.floor(waits.length * 0.99)] };
}

try {
  const upstream = await start("upstream.mjs");
  const env = { UPSTREAM: upstream, PUBLIC_KEY: publicKey.export({ format: "pem", type: "spki" }) };
  const names = ["bare", "turnpike", "fastify", "express"];
  const urls = {};
  for (const name of names) urls[name] = await start(`${name}.mjs`, env);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) await load(urls[name]);
  for (let round = 0; round < rounds; round++) for (const name of names) results[name].push(await load(urls[name]));

  const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const table = names.map((name) => {
    const ratios = results[name].map(({ rate }, i) => results.turnpike[i].rate / rate);
    return {
      name,
      callsPerSecond: Math.round(median(results[name].map(({ rate }) => rate))),
      p99: Number(median(results[name].map(({ p99 }) => p99)).toFixed(2)),
      turnpikeIs: Number(median(ratios).toFixed(2)),
      spread: [Math.min(...ratios), Math.max(...ratios)].map((one) => Number(one.toFixed(2))),
    };
  });
  if (values.json) console.log(JSON.stringify(table));
  else {
    console.log(
      `Proxying 1 KB with ${connections} connections, ${rounds} rounds of ${seconds} s each, load, proxy and upstream on one machine:`,
    );
    for (const row of table)
      console.log(
        `${row.name.padEnd(10)} ${String(row.callsPerSecond).padStart(7)} calls/s   p99 ${String(row.p99).padStart(6)} ms   turnpike is ${row.turnpikeIs}x (${row.spread.join(" to ")})`,
      );
  }
} finally {
  for (const child of children) child.removeAllListeners("exit").kill();
}
