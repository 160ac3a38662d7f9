import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { createGateway, type GatewayConfiguration, type Logger, secretMask } from "@turnpike/core";
import { codeFrame } from "@turnpike/core/tools";
import { afterAll, describe, expect, it, vi } from "vitest";
import { running, turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-canaries-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
};

/** Elements with a secret each, by what is secret in them. `more` is for what makes them wrong. */
const literals: Readonly<Record<string, (more: string) => string>> = {
  "a password": (more) => `<authentication-basic username="svc" password="CANARY-9a1" ${more}/>`,
  "a password in single quotes": (more) => `<authentication-basic username="svc" password='CANARY-9a2' ${more}/>`,
  "a password in an expression": (more) => `<authentication-basic username="svc" password="@("CANARY-9a3" + 1)" ${more}/>`,
  "the password of a certificate": (more) => `<authentication-certificate certificate-id="c" password="CANARY-9a4" ${more}/>`,
  "a certificate": (more) => `<authentication-certificate body="MIICANARY9a5AA==" password="x" ${more}/>`,
  "an Authorization header": (more) => `<set-header name="Authorization" ${more}><value>Bearer CANARY-9a6</value></set-header>`,
  "an Authorization header without scheme": (more) =>
    `<set-header ${more} name='authorization'><value>CANARY-9a7</value></set-header>`,
  "an Authorization header of an expression": (more) =>
    `<set-header name="Authorization" ${more}><value>@("Basic " + "CANARY-9a8" + context.RequestId)</value></set-header>`,
  "an Authorization header in CDATA": (more) =>
    `<set-header name="Authorization" ${more}><value><![CDATA[Bearer CANARY-9a9]]></value></set-header>`,
  "an Authorization header of several lines": (more) =>
    `<set-header name="Authorization" ${more}>\n  <value>\n   CANARY-9b1\n  </value>\n</set-header>`,
  "a Functions key": (more) => `<set-header name="x-functions-key" ${more}><value>CANARY-9b2</value></set-header>`,
  "a subscription key": (more) => `<set-header name="Ocp-Apim-Subscription-Key" ${more}><value>CANARY-9b3</value></set-header>`,
  "a header that is called a key": (more) =>
    `<set-header name="X-Partner-Api-Key" ${more}><value>CANARY-9b4</value></set-header>`,
  "a query parameter": (more) => `<set-query-parameter name="code" ${more}><value>CANARY-9b5</value></set-query-parameter>`,
  "a demanded header": (more) =>
    `<check-header name="X-Api-Key" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="false" ${more}><value>CANARY-9b6</value></check-header>`,
  "a shared key": (more) =>
    `<validate-jwt header-name="A" ${more}><issuer-signing-keys><key>CANARY9b7CANARY9b7CANARY9b7CANARY9b7CANARY9b7=</key></issuer-signing-keys></validate-jwt>`,
  "a shared key with a name": (more) =>
    `<validate-jwt header-name="A" ${more}><issuer-signing-keys><key id="k">CANARY9b8CANARY9b8CANARY9b8CANARY9b8CANARY9b8=</key></issuer-signing-keys></validate-jwt>`,
  "a decryption key": (more) =>
    `<validate-jwt header-name="A" ${more}><decryption-keys><key>\nCANARY9b9CANARY9b9CANARY9b9CANARY9b9CANARY9b9=\n</key></decryption-keys></validate-jwt>`,
  "a password in an address": (more) => `<set-backend-service base-url="https://svc:CANARY-9c1@backend.example/x" ${more}/>`,
  "a key in a query": (more) =>
    `<send-request mode="new" response-variable-name="r" ${more}><set-url>https://fn.example/api?x=1&amp;code=CANARY-9c2</set-url></send-request>`,
  "a signature in a query": (more) =>
    `<send-request mode="new" response-variable-name="r" ${more}><set-url>https://a.blob.example/c?sv=1&amp;sig=CANARY%2F9c3%3D&amp;se=2</set-url></send-request>`,
  "a subscription key in a query": (more) => `<rewrite-uri template="/x?subscription-key=CANARY-9c4" ${more}/>`,
  "the password of a proxy": (more) => `<proxy url="http://proxy.example:8080" username="u" password="CANARY-9c5" ${more}/>`,
  "a connection string": (more) =>
    `<set-variable name="c" value="Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=CANARY9c6=;EntityPath=e" ${more}/>`,
  "a secret of a form": (more) =>
    `<set-variable name="f" value="grant_type=client_credentials&amp;client_secret=CANARY-9c7" ${more}/>`,
  "a password in JSON": (more) => `<set-body ${more}>{ "user": "svc", "password": "CANARY-9c8" }</set-body>`,
  "a password in JSON of an expression": (more) => `<set-body ${more}>@("{\\"client_secret\\":\\"CANARY-9c9\\"}")</set-body>`,
  "a password in JSON with entities": (more) =>
    `<set-variable name="j" ${more} value="{&quot;apiKey&quot;:&quot;CANARY-9d1&quot;}" />`,
  "a variable that is called a key": (more) => `<set-variable name="apiKey" value="CANARY-9d2" ${more}/>`,
  "a variable that is called a token, its value first": (more) =>
    `<set-variable value='CANARY-9d3' name='access-token' ${more}/>`,
  "a variable of an expression": (more) => `<set-variable name="password" value="@("CANARY-9d4" + context.RequestId)" ${more}/>`,
  "a JProperty": (more) =>
    `<set-body ${more}>@(new JObject(new JProperty("user", "svc"), new JProperty("password", "CANARY-9d5")).ToString())</set-body>`,
  "a member of a JObject": (more) =>
    `<set-body ${more}>@{ var o = new JObject(); o["clientSecret"] = "CANARY-9d6"; return o.ToString(); }</set-body>`,
  "an anonymous object": (more) =>
    `<set-body ${more}>@(JsonConvert.SerializeObject(new { user = "svc", password = "CANARY-9d7" }))</set-body>`,
  "an entry of a dictionary": (more) =>
    `<set-body ${more}>@(new Dictionary<string, string> { { "api_key", "CANARY-9d8" } }.Count.ToString())</set-body>`,
  "a bearer token in an expression": (more) =>
    `<set-variable name="h" ${more} value="@(context.RequestId == null ? "Bearer CANARY-9d9" : "")" />`,
  "basic credentials in an expression": (more) =>
    `<choose ${more}><when condition="@(context.Request.Headers.GetValueOrDefault("Authorization", "") == "Basic CANARY9e1==")"><return-response /></when></choose>`,
};
const kinds = Object.entries(literals);
const policy = (inner: string): string => `<policies>\n<inbound>\n<base />\n${inner}\n</inbound>\n</policies>`;

const clean = ({ out, err }: { out: string; err: string }): string => {
  const all = `${out}\n${err}`;
  expect(all).not.toMatch(/CANARY/);
  return all;
};

describe("check", () => {
  it.each(kinds)("shows the place of a mistake and its line, without %s", async (_what, element) => {
    const name = literals["the password of a proxy"] === element ? "proxy" : /^<([\w-]+)/.exec(element(""))![1]!;
    const path = file("broken.xml", policy(element('nonsense="1"')));
    const text = clean(await turnpike("check", path));
    expect(text).toContain("broken.xml:4:");
    expect(text).toContain(`4 | <${name}`);
    if (element("").split("\n")[0]!.includes("CANARY")) expect(text).toContain("*");
    expect(clean(await turnpike("check", path, "--json"))).toContain('"line":4');
  });

  it("hides what stands on lines of mistakes beside it", async () => {
    for (const [, element] of kinds) {
      const path = file("beside.xml", policy(`<nonsense />${element("").replace(/\n/g, " ")}<nonsense />`));
      expect(clean(await turnpike("check", path))).toContain("4 | <nonsense />");
    }
  });

  it("hides them in documents that cannot be read", async () => {
    for (const [, element] of kinds) {
      const path = file("unreadable.xml", policy(`${element("").replace(/\n/g, " ")}</nonsense>`));
      expect(clean(await turnpike("check", path))).toMatch(/ 4 \| (?:<|…)/);
    }
  });

  it("keeps what is no secret, whatever it is called", async () => {
    for (const element of [
      '<set-variable name="apiKey" nonsense="1" value="{{key}}" />',
      '<set-variable nonsense="1" name="user" value="somebody-1" />',
      '<set-body nonsense="1">{ "password": "{{secret}}", "user": "somebody-1" }</set-body>',
      '<trace nonsense="1" source="t"><message>Bearer authentication failed: "Bearer token" is missing</message></trace>',
    ])
      expect(clean(await turnpike("check", file("plain.xml", policy(element))))).toContain(element);
  });

  it("keeps named values, names and schemes", async () => {
    const element = `<set-header name="Authorization" nonsense="1"><value>Bearer {{token}}</value></set-header>`;
    expect(clean(await turnpike("check", file("named.xml", policy(element))))).toContain(element);
  });
});

const secretConfiguration = (more = "", policyText = policy(kinds.map(([, element]) => element("")).join("\n"))): string => `
namedValues:
  hidden: { secret: true, value: CANARY-named-1d1 }
certificates:
  c: { pfx: CANARYpfx1d2, password: CANARY-1d3 }
backends:
  main:
    url: https://svc:CANARY-1d4@main.example/?code=CANARY-1d5
    credentials:
      header:
        X-Partner: [CANARY-1d6]
      query: { anything: [CANARY-1d7] }
      authorization: { scheme: Key, parameter: CANARY-1d8 }
    proxy: { url: "http://u:CANARY-1d9@proxy.example:3128", username: u, password: CANARY-1e1 }
    ${more}
subscriptions:
  one: { scope: all, primaryKey: CANARY-1e2, secondaryKey: CANARY-1e3 }
apis:
  a:
    path: a
    subscriptionRequired: false
    serviceUrl: https://svc:CANARY-1e4@a.example/x?sig=CANARY-1e5
    operations: { all: { method: GET, urlTemplate: /x } }
    policy: |
${policyText
  .split("\n")
  .map((line) => `      ${line}`)
  .join("\n")}
`;

describe("explain and diff", () => {
  it("print the pipeline with all names and places, and no secret", async () => {
    const path = file("one/gateway.yaml", secretConfiguration());
    for (const json of [[], ["--json"]]) {
      const text = clean(await turnpike("explain", path, "GET /a/x", ...json));
      expect(text).toContain("gateway.yaml");
      expect(text).toContain("authentication-basic");
      expect(text).toContain("***");
    }
  });

  it("do not star names that are words which are secrets too", async () => {
    const text = (value: string) => `
namedValues:
  hidden: { secret: true, value: ${value} }
subscriptions:
  one: { scope: all, primaryKey: orders, secondaryKey: CANARY-1e3 }
apis:
  orders:
    path: orders
    subscriptionRequired: false
    serviceUrl: https://orders.example
    operations: { all: { method: GET, urlTemplate: /reorders } }
    policy: |
      <policies><inbound><base /><set-variable name="orders" value="reorders" /><set-header name="X-Sent"><value>{{hidden}}</value></set-header></inbound></policies>
`;
    const path = file("words/gateway.yaml", text("orders"));
    for (const json of [[], ["--json"]]) {
      const shown = clean(await turnpike("explain", path, "GET /orders/reorders", ...json));
      for (const word of ["orders/reorders", "set-variable", '"orders"', "reorders"])
        expect(shown.replaceAll('\\"', '"')).toContain(word);
      const differences = clean(await turnpike("diff", path, file("words/other.yaml", text("reviews")), ...json));
      expect(differences).toContain("***");
      expect(differences).not.toContain("reviews");
    }
  });

  it("tell that a secret differs, and not what it was", async () => {
    const path = file("one/gateway.yaml", secretConfiguration());
    const other = file("two/gateway.yaml", secretConfiguration().replaceAll("CANARY", "CANARYOTHER"));
    for (const json of [[], ["--json"]]) {
      const text = clean(await turnpike("diff", path, other, ...json));
      expect(text).toContain("authentication-basic");
      expect(text).toContain("serviceUrl");
    }
  });
});

describe("configurations", () => {
  it.each([
    ["a member that is unknown", "nonsense: 1"],
    ["what stands behind a secret", "azureRegion: { key: CANARY-1f1 }"],
  ])("check and run tell of %s without secrets", async (_what, more) => {
    const path = file("broken/gateway.yaml", secretConfiguration(more));
    for (const args of [
      ["check", path],
      ["check", path, "--json"],
      ["run", path],
      ["run", path, "--json"],
    ]) {
      const result = await turnpike(...args);
      expect(result.code).toBe(1);
      expect(clean(result)).toContain("gateway.yaml");
    }
  });

  it("lines of secrets are starred wherever the mistake is", async () => {
    const text = secretConfiguration();
    const lines = text.split("\n");
    for (const [index, line] of lines.entries()) {
      const finding = {
        severity: "error",
        code: "TP0000",
        message: "",
        file: "gateway.yaml",
        line: index + 1,
        column: 1,
      } as const;
      const frame = codeFrame(text, finding);
      expect(frame).not.toMatch(/CANARY/);
      if (!line.includes("CANARY")) expect(frame).toContain(line.trimEnd());
    }
  });
});

describe("eval and policies", () => {
  it("eval hides keys of addresses in what it says of a mistake", async () => {
    const expression = `@(new Uri("https://u:CANARY-2a1@x.example/?code=CANARY-2a2").Nonsense)`;
    expect(clean(await turnpike("eval", expression))).toContain("Nonsense");
    clean(await turnpike("eval", expression, "--json"));
  });

  it("policies knows none", async () => {
    clean(await turnpike("policies"));
    clean(await turnpike("policies", "--json"));
  });
});

describe("test", () => {
  it("tells what was expected without secrets, in all its reports", async () => {
    const inner = `<authentication-basic username="svc" password="CANARY-3a1" /><set-header name="X-Token" exists-action="override"><value>CANARY-3a2</value></set-header>
      <set-header name="X-Named"><value>{{hidden}}</value></set-header><set-variable name="u" value="https://a:CANARY-3a4@b.example/?code=CANARY-3a5" />`;
    const path = file(
      "all.policy-test.yaml",
      `policy: |
  <policies><inbound>${inner.replace(/\n/g, "")}</inbound></policies>
namedValues: { hidden: { secret: true, value: CANARY-3a3 } }
tests:
  - name: fails
    request: { url: https://api.example/x?code=CANARY-3a6 }
    expect:
      status: 201
      variables: { u: other }
      backend: { calls: 1, request: { headers: { X-Token: other, X-Named: other }, url: https://other.example/ } }
`,
    );
    const report = join(folder, "report.xml");
    for (const args of [[], ["--json"], ["--reporter", "junit"]]) {
      const text = clean(await turnpike("test", path, ...args));
      expect(text).toContain("X-Token");
    }
    await turnpike("test", path, "--reporter", "junit", "--output", report);
    clean({ out: readFileSync(report, "utf8"), err: "" });
  });
});

describe("run", () => {
  it.each([
    ["a configuration that cannot be had", ["http://u:CANARY-4a1@127.0.0.1:1/gateway.yaml?sig=CANARY-4a2"]],
    [
      "a Redis that is none",
      ["POLICY", "--backend", "http://127.0.0.1:1", "--redis", "http://u:CANARY-4a3@x/?password=CANARY-4a3"],
    ],
    ["a backend that is none", ["POLICY", "--backend", "ftp://u:CANARY-4a4@x/?code=CANARY-4a5"]],
    ["a file that is not there", ["/nowhere/?code=CANARY-4a6"]],
  ])("tells of %s without secrets", async (_what, args) => {
    const path = file("plain.xml", policy(""));
    const result = await turnpike("run", ...args.map((arg) => (arg === "POLICY" ? path : arg)), "--port", "0");
    expect(result.code).toBeGreaterThan(0);
    clean(result);
  });

  it("logs failed calls without secrets", async () => {
    const inner = `<send-one-way-request><set-url>http://u:CANARY-4b1@127.0.0.1:1/?code=CANARY-4b2</set-url></send-one-way-request>
      <trace source="t" severity="error"><message>CANARY-named-1d1</message></trace><return-response />`;
    const path = file("logging.xml", policy(inner));
    const { url: listening, lines, complaints, stop } = await running(path, "--backend", "http://127.0.0.1:1");
    await new Promise<void>((resolve) =>
      get(`${listening}/x?code=CANARY-4b3`, (incoming) => void incoming.resume().on("end", () => resolve())),
    );
    await vi.waitFor(() => expect(lines.join("\n")).toContain("one-way request failed"));
    await stop();
    expect([...lines, ...complaints].join("\n")).not.toMatch(/CANARY-4/);
  });
});

describe("logs, traces and errors of a gateway", () => {
  const configuration: GatewayConfiguration = {
    apis: {
      a: {
        path: "",
        subscriptionRequired: false,
        serviceUrl: "https://svc:CANARY-5a1@a.example/",
        operations: { all: { method: "GET", urlTemplate: "/*" } },
        policy: policy(`<authentication-basic username="svc" password="CANARY-5a2" />
          <set-header name="Authorization" exists-action="append"><value>Bearer CANARY-5a3</value></set-header>
          <trace source="t"><message>@("sent CANARY-5a3 to https://u:CANARY-5a4@x.example/?sig=CANARY-5a5")</message></trace>
          <send-one-way-request><set-url>https://x.example/?code=CANARY-5a6</set-url></send-one-way-request>
          <validate-jwt header-name="X"><openid-config url="https://p.example/?code=CANARY-5a7" /></validate-jwt>`),
      },
    },
  };

  it("hold no literal secret of a document, and no key of an address", async () => {
    const shown: unknown[] = [];
    const line = (fields: object, message: string): void => void shown.push([fields, message]);
    const logger: Logger = { debug: line, info: line, warn: line, error: line };
    const transport = ({ url }: { url: string }) => Promise.reject(new Error(`refused ${url} for CANARY-5a3`));
    const gateway = await createGateway(configuration, { logger, transport });
    const { trace } = await gateway.handle(
      { method: "GET", url: "https://api.example/x", headers: { X: "a.b.c" } },
      { trace: true },
    );
    shown.push(trace);
    await new Promise((resolve) => setImmediate(resolve));
    const text = inspect(shown, { depth: 20 });
    expect(text).toContain("https://p.example/?code=***");
    expect(text).toContain("sent *** to https://u:***@x.example/?sig=***");
    expect(text).not.toMatch(/CANARY/);
    expect(secretMask(gateway.configuration).text("password CANARY-5a2")).toBe("password ***");
    await gateway.close();
  });

  it("errors of a load neither", async () => {
    for (const [, element] of kinds) {
      const broken = { ...configuration, policy: policy(element('nonsense="1"')) };
      const error: unknown = await createGateway(broken).catch((reason: unknown) => reason);
      expect(inspect(error, { depth: 20 })).not.toMatch(/CANARY/);
    }
  });
});
