// The pipeline alone: the payments inbound section per second — a cached JWT, two limits, choose, headers — answered without a backend.
// Options: --seconds N for each round (default 2), --rounds N (default 5), --json.
import { parseArgs } from "node:util";
import { createGateway, Headers, systemClock } from "@turnpike/core";
import { identityProvider } from "@turnpike/core/testing";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "2" },
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});

const provider = identityProvider({ issuer: "https://id.example/v2.0" }, systemClock);
const transport = async ({ url }) => {
  const document = provider.answer(url);
  return {
    status: 200,
    reason: "OK",
    headers: new Headers({ "Content-Type": "application/json" }),
    body: Buffer.from(JSON.stringify(document)),
  };
};
const answer = `<return-response><set-status code="200" reason="OK" /><set-body>ok</set-body></return-response>`;
const jwt = `<validate-jwt header-name="Authorization" require-scheme="Bearer" output-token-variable-name="jwt">
  <openid-config url="https://id.example/v2.0/.well-known/openid-configuration" /><audiences><audience>api://payments-api</audience></audiences></validate-jwt>`;
const limits = `<rate-limit-by-key calls="1000000000" renewal-period="10" counter-key="@(context.Subscription?.Id ?? context.Request.IpAddress)" remaining-calls-header-name="X-RateLimit-Remaining" />
  <choose><when condition="@(context.Product?.Name == "Premium")"><quota-by-key calls="1000000000" renewal-period="2592000" counter-key="@(context.Subscription.Id)" /></when>
  <otherwise><quota-by-key calls="1000000000" renewal-period="2592000" counter-key="@(context.Request.IpAddress)" /></otherwise></choose>`;
const roles = `<choose><when condition="@(context.Request.Method == "POST" && !((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("roles", "").Contains("Payments.Write"))"><return-response /></when></choose>`;
const headers = `<set-header name="X-Correlation-Id" exists-action="skip"><value>@(context.RequestId.ToString())</value></set-header>
  <set-header name="X-Signing-Key" exists-action="override"><value>hmac-0815</value></set-header>`;
const cases = {
  "empty inbound": "",
  "two headers": headers,
  "two limits": limits,
  "cached JWT": jwt,
  "payments inbound (JWT, two limits, choose, headers)": jwt + limits + roles + headers,
};
const request = {
  method: "GET",
  url: "https://api.example/payments/accounts",
  headers: [
    [
      "Authorization",
      `Bearer ${provider.token({ claims: { aud: "api://payments-api", roles: ["Payments.Read"] }, expiresIn: 3_600_000 })}`,
    ],
    ["Ocp-Apim-Subscription-Key", "key-gold"],
    ["Accept", "application/json"],
    ["User-Agent", "bench"],
  ],
};

const gateways = {};
for (const [name, inbound] of Object.entries(cases))
  gateways[name] = await createGateway(
    {
      products: { premium: { name: "Premium", apis: ["payments"] } },
      subscriptions: { gold: { scope: "product/premium", primaryKey: "key-gold" } },
      apis: {
        payments: {
          path: "payments",
          operations: { list: { method: "GET", urlTemplate: "/accounts" } },
          policy: `<policies><inbound>${inbound}${answer}</inbound><backend><forward-request /></backend><outbound /><on-error /></policies>`,
        },
      },
    },
    { transport },
  );

async function measure(gateway) {
  const end = performance.now() + Number(values.seconds) * 1000;
  const from = performance.now();
  let count = 0;
  while (performance.now() < end)
    for (let i = 0; i < 100; i++, count++) {
      const { status } = await gateway.handle(request);
      if (status !== 200) throw new Error(`answered ${status}`);
    }
  return count / ((performance.now() - from) / 1000);
}

const rates = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (const name of Object.keys(cases)) await measure(gateways[name]);
for (let round = 0; round < Number(values.rounds); round++)
  for (const name of Object.keys(cases)) rates[name].push(await measure(gateways[name]));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const base = median(rates["empty inbound"]);
const table = Object.entries(rates).map(([name, all]) => ({
  name,
  perSecond: Math.round(median(all)),
  spread: [Math.min(...all), Math.max(...all)].map(Math.round),
  ofEmpty: Number((median(all) / base).toFixed(2)),
}));
if (values.json) console.log(JSON.stringify(table));
else
  for (const row of table)
    console.log(
      `${row.name.padEnd(52)} ${String(row.perSecond).padStart(8)} /s  (${row.spread.join(" to ")})  ${row.ofEmpty} of the empty one`,
    );
