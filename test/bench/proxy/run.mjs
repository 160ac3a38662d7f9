// Proxying with a token check, a rate limit and a header: Turnpike against what one would build by hand, interleaved in one run.
// Options: --seconds N for each round (default 3), --rounds N (default 5), --connections N (default 32), --only a,b, --json.
// `--only turnpike,observed` measures what the access log and metrics cost.
// --against DIR: another checkout of Turnpike, built, with the benchmarks' packages installed, that takes its turns beside this one.
import { generateKeyPairSync } from "node:crypto";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemClock } from "@turnpike/core";
import { SignJWT } from "jose";
import { advantage, line, measureInTurn, startServer, summary } from "../servers.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "5" },
    connections: { type: "string", default: "32" },
    only: { type: "string", default: "bare,turnpike,fastify,express" },
    against: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const token = await new SignJWT({ aud: "api://payments-api", roles: ["Payments.Read"] })
  .setProtectedHeader({ alg: "RS256" })
  .setIssuer("https://id.example")
  .setExpirationTime(Math.floor(systemClock.now() / 1000) + 3600)
  .sign(privateKey);
const headers = { authorization: `Bearer ${token}`, "x-subscription": "sub-1", accept: "*/*" };
const work = { path: "/accounts", headers, seconds: Number(values.seconds), connections: Number(values.connections) };
const here = (file) => fileURLToPath(new URL(file, import.meta.url));

const upstream = await startServer(here("upstream.mjs"));
try {
  const env = { UPSTREAM: upstream.url, PUBLIC_KEY: publicKey.export({ format: "pem", type: "spki" }) };
  const names = values.only.split(",");
  const servers = Object.fromEntries(names.map((name) => [name, { file: here(`${name}.mjs`), env }]));
  if (values.against !== undefined) servers.other = { file: resolve(values.against, "test/bench/proxy/turnpike.mjs"), env };
  const results = await measureInTurn(servers, work, rounds);
  const first = names.includes("turnpike") ? "turnpike" : names[0];
  const table = Object.keys(servers).map((name) => ({
    ...summary(name, results[name]),
    ...advantage(results[first], results[name]),
  }));
  if (values.json) console.log(JSON.stringify(table));
  else {
    console.log(
      `Proxying 1 KB with ${work.connections} connections, ${rounds} rounds of ${work.seconds} s each, load, proxy and upstream on one machine.`,
    );
    console.log(`By what factor ${first} is faster than each, by calls per second and by the processor time of a call.`);
    for (const row of table) console.log(line(row));
  }
} finally {
  upstream.stop();
}
