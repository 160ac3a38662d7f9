// A gateway under load whose configuration is replaced again and again. Run with --expose-gc; prints one JSON object.
import { createServer } from "node:http";
import { createGateway } from "@turnpike/core";

const RELOADS = Number(process.argv[2]);
const WARM_UP = Number(process.argv[3]);
const WORKERS = 8;

const upstream = createServer((request, response) => {
  request.resume();
  response.end("from the backend");
});
await new Promise((resolve) => upstream.listen(0, "127.0.0.1", resolve));
const serviceUrl = `http://127.0.0.1:${upstream.address().port}`;

/** Each configuration has texts of its own: nothing that is remembered of one is of use for the next. */
function configuration(n) {
  return {
    namedValues: { version: String(n), secret: { secret: true, value: `s3cret-${n}` } },
    fragments: {
      mark: `<fragment><set-header name="X-Version" exists-action="override"><value>@("v" + ${n})</value></set-header></fragment>`,
    },
    backends: {
      main: {
        url: serviceUrl,
        credentials: { header: { "X-Key": "{{secret}}" } },
        circuitBreaker: {
          rules: [
            {
              failureCondition: { count: 5, interval: "PT1M", statusCodeRanges: [{ min: 500, max: 599 }] },
              tripDuration: "PT10S",
            },
          ],
        },
      },
    },
    apis: Object.fromEntries(
      ["a", "b", "c"].map((id) => [
        id,
        {
          path: id,
          subscriptionRequired: false,
          serviceUrl,
          policy: `<policies><inbound><base /><rate-limit-by-key calls="1000000" renewal-period="60" counter-key="@("k" + "${n}".Length)" /></inbound>
            <backend><base /></backend><outbound><base /><include-fragment fragment-id="mark" />
            <set-variable name="x" value="@(context.Request.Headers.GetValueOrDefault(&quot;x-${n % 7}&quot;, &quot;{{version}}&quot;).Length)" /></outbound></policies>`,
          operations: Object.fromEntries(
            Array.from({ length: 10 }, (_, at) => [`op${at}`, { method: "GET", urlTemplate: `/things/${at}/{id}` }]),
          ),
        },
      ]),
    ),
  };
}

const gateway = await createGateway(configuration(0));
let isDone = false;
let requests = 0;
const failed = [];

async function worker(number) {
  for (let n = 0; !isDone; n++) {
    const url = `http://gateway.example/${"abc"[n % 3]}/things/${n % 10}/${number}`;
    const response = await gateway.handle({ method: "GET", url, headers: {} });
    let body = "";
    if (response.body instanceof Uint8Array) body = Buffer.from(response.body).toString();
    else if (response.body !== null) for await (const part of response.body) body += Buffer.from(part);
    const version = [...response.headers].find(([name]) => name === "X-Version")?.[1];
    requests++;
    if (response.status !== 200 || body !== "from the backend" || !/^v\d+$/.test(version ?? ""))
      failed.push({ status: response.status, body, version });
  }
}

async function heap() {
  for (let n = 0; n < 4; n++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

const workers = Array.from({ length: WORKERS }, (_, number) => worker(number));
let before = 0;
for (let n = 1; n <= WARM_UP + RELOADS; n++) {
  await gateway.update(configuration(n));
  await new Promise((resolve) => setImmediate(resolve));
  if (n === WARM_UP) before = await heap();
}
const after = await heap();
isDone = true;
await Promise.all(workers);
await gateway.close();
upstream.closeAllConnections();
upstream.close();
console.log(JSON.stringify({ reloads: RELOADS, requests, failed: failed.length, example: failed[0] ?? null, before, after }));
