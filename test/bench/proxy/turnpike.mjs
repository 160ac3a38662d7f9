// Turnpike: validate-jwt, rate-limit-by-key and set-header before the upstream.
import { createServer } from "node:http";
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
const gateway = await createGateway({
  apis: {
    payments: {
      path: "",
      serviceUrl: upstream,
      subscriptionRequired: false,
      policy,
      operations: { all: { method: "GET", urlTemplate: "/*" } },
    },
  },
});
createServer(turnpike(gateway)).listen(0, "127.0.0.1", function () {
  ready(this.address().port);
});
