// The gateway that `npm start` runs: gateway.yaml before an embedded upstream and OpenID provider, all on loopback.
// Options: --port N (default 8080; 0 for any free one), --host ADDRESS (default 127.0.0.1), --console N (port of the console; default 9465).
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { consoleHandler } from "@turnpike/adapters/console";
import { turnpike } from "@turnpike/adapters/node";
import { ConfigurationError, createGateway, loadConfiguration } from "@turnpike/core";
import { startIdentityProvider } from "./identity.mjs";
import { startUpstream } from "./upstream.mjs";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: process.env.PORT ?? "8080" },
    host: { type: "string", default: "127.0.0.1" },
    console: { type: "string" },
  },
});

const upstream = await startUpstream();
const identity = await startIdentityProvider("api://payments-api");
process.env.SAMPLE_UPSTREAM = upstream.url;
process.env.SAMPLE_OPENID_CONFIG = identity.metadata;

const gateway = await createGateway(await loadConfiguration(fileURLToPath(new URL("gateway.yaml", import.meta.url)))).catch(fail);
const server = createServer(turnpike(gateway));
// The console may send requests here: it is on loopback, and the keys and tokens are the sample's.
const tokens = Object.fromEntries(Object.entries(identity.tokens).map(([name, token]) => [name, () => token]));
const page = consoleHandler(gateway, { readOnly: false, tokens });
const consoleServer = createServer(page);
consoleServer.on("error", (error) => console.error(`The console is not served: ${error.message}`));
consoleServer.listen(Number(options.console ?? (options.port === "0" ? 0 : 9465)), "127.0.0.1", () =>
  console.log(`Console: http://127.0.0.1:${consoleServer.address().port}/`),
);
server.on("error", fail);
server.listen(Number(options.port), options.host, () => {
  const base = `http://${options.host}:${server.address().port}`;
  const call = (name, key, rest) =>
    `  curl -i ${rest} -H "Authorization: Bearer $${name}" -H "Ocp-Apim-Subscription-Key: ${key}"`;
  console.log(`
Turnpike serves the sample payments gateway on ${base}

Tokens, to paste into your shell:
  READER=${identity.tokens.reader}
  WRITER=${identity.tokens.writer}
  EXPIRED=${identity.tokens.expired}

Then try (X-Made-By in each answer says which layer made it):

# the premium plan reads accounts: made by the upstream
${call("READER", "key-gold", `${base}/payments/accounts`)}
# no subscription key: refused at the door
  curl -i ${base}/payments/accounts -H "Authorization: Bearer $READER"
# an expired token: refused by validate-jwt
${call("EXPIRED", "key-gold", `${base}/payments/accounts`)}
# a reader may not write: answered by return-response
${call("READER", "key-gold", `-X POST ${base}/payments/payments -d '{"amount":5}'`)}
# a writer may; the upstream refuses every other payment at first, and retry tries again
${call("WRITER", "key-gold", `-X POST ${base}/payments/payments -d '{"amount":5}'`)}
# the second call within 15 seconds comes from the response cache
${call("READER", "key-gold", `"${base}/payments/rates?pair=EURUSD"`)}
# the starter plan may call five times in ten seconds; the sixth is throttled
  for i in 1 2 3 4 5 6; do curl -s -o /dev/null -w "%{http_code}\\n" ${base}/payments/accounts -H "Authorization: Bearer $READER" -H "Ocp-Apim-Subscription-Key: key-tin"; done

Ctrl+C stops it.
`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    server.close();
    page.close();
    consoleServer.close();
    consoleServer.closeAllConnections();
    await Promise.all([gateway.close(), upstream.close(), identity.close()]);
    process.exit(0);
  });
}

function fail(error) {
  if (error instanceof ConfigurationError)
    for (const one of error.diagnostics)
      console.error(`${one.file}:${one.line}:${one.column} ${one.severity} ${one.code} ${one.message}`);
  else if (error.code === "EADDRINUSE") console.error(`Port ${options.port} is in use. Try another: npm start -- --port 8081`);
  else console.error(error.message);
  process.exit(1);
}
