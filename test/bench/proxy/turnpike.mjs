// Turnpike: validate-jwt, rate-limit-by-key and set-header before the upstream.
import { openSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { gatewayMetrics } from "@turnpike/adapters/admin";
import { turnpike } from "@turnpike/adapters/node";
import { createGateway } from "@turnpike/core";
import { ready } from "../servers.mjs";
import { LIMIT, publicKey, upstream } from "./common.mjs";

const { n, e } = publicKey.export({ format: "jwk" });
const policy = `
<policies>
  <inbound>
    <validate-jwt header-name="Authorization" require-scheme="Bearer">
      <issuer-signing-keys><key n="${n}" e="${e}" /></issuer-signing-keys>
      <audiences><audience>api://payments-api</audience></audiences>
    </validate-jwt>
    <rate-limit-by-key calls="${LIMIT}" renewal-period="10" counter-key="@(context.Request.Headers.GetValueOrDefault("X-Subscription", ""))" remaining-calls-header-name="X-RateLimit-Remaining" />
    <set-header name="X-Signing-Key" exists-action="override"><value>hmac-0815</value></set-header>
  </inbound>
  <backend><forward-request /></backend>
  <outbound />
  <on-error />
</policies>`;
const configuration = {
  apis: {
    payments: {
      path: "",
      serviceUrl: upstream,
      subscriptionRequired: false,
      policy,
      operations: { all: { method: "GET", urlTemplate: "/*" } },
    },
  },
};

/** What looks on, where it is asked for: every request is a line of JSON and a place in the metrics. */
function observing() {
  const file = openSync("/dev/null", "w");
  let lines = "";
  // As `turnpike run` has it: lines are written together.
  const write = (line) => {
    lines += `${line}\n`;
    if (lines.length < 16_384) return;
    writeSync(file, lines);
    lines = "";
  };
  const log = (fields) => write(JSON.stringify(fields));
  const logger = { debug() {}, info: log, warn: log, error: log };
  return { telemetry: gatewayMetrics(), logger, accessLog: process.env.OBSERVED === "logger" ? true : { write } };
}

const gateway = await createGateway(configuration, process.env.OBSERVED === undefined ? {} : observing());
createServer(turnpike(gateway)).listen(0, "127.0.0.1", function () {
  ready(this.address().port);
});
