import { inspect } from "node:util";
import { createGateway, type GatewayConfiguration, type Logger, secretMask } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { SecretMask } from "#core/policy/secret-mask.js";

describe("masking texts", () => {
  it.each([
    ["nothing of it", ["s3cret-9"], "nothing of it"],
    ["key=s3cret-9; again s3cret-9", ["s3cret-9"], "key=***; again ***"],
    ["s3cret-9s3cret-9", ["s3cret-9"], "******"],
    ["the longer one: abcdef", ["abcd", "abcdef"], "the longer one: ***"],
    ["abcde", ["abcd", "abcdef"], "***e"],
    ["xabcabcd", ["abcd"], "xabc***"],
    ["too short: abc", ["abc", ""], "too short: abc"],
    ['{"key":"q\\"uo\\nte"}', ['q"uo\nte'], '{"key":"***"}'],
    ["<a>x&lt;y&amp;z</a>", ["x<y&z"], "<a>***</a>"],
    ["?key=a%2Fb%20c", ["a/b c"], "?key=***"],
    ["with its line end", [" line \n"], "with its *** end"],
    ["\ud800bad surrogate", ["\ud800bad"], "*** surrogate"],
  ])("%j without %j", (text, secrets, expected) => {
    expect(new SecretMask(secrets).text(text)).toBe(expected);
  });

  it("takes many secrets without looking at each", () => {
    const mask = new SecretMask(Array.from({ length: 20_000 }, (_, index) => `key-${index}-end`));
    expect(mask.text(`${"no secret here ".repeat(2_000)}key-19999-end`)).toMatch(/here \*\*\*$/);
  });
});

describe("masking data", () => {
  const mask = new SecretMask(["s3cret-9"]);

  it("goes into lists, objects, keys and errors with their causes", () => {
    const error = new TypeError("bad s3cret-9", { cause: new Error("of s3cret-9") });
    const masked = mask.data({ a: ["s3cret-9", 1, null], "s3cret-9": { b: "x s3cret-9" }, error }) as Record<string, unknown>;
    expect(masked).toMatchObject({ a: ["***", 1, null], "***": { b: "x ***" } });
    expect(masked["error"]).toBeInstanceOf(TypeError);
    expect(inspect(masked)).not.toContain("s3cret-9");
    expect(error.message).toBe("bad s3cret-9");
  });

  it("hands back what holds none", () => {
    const data = { a: [1, { b: "c" }], at: new Date(0), error: new Error("x") };
    expect(mask.data(data)).toBe(data);
  });

  it("ends with data that holds itself", () => {
    const data: Record<string, unknown> = { text: "s3cret-9" };
    data["self"] = data;
    expect((mask.data(data) as Record<string, unknown>)["text"]).toBe("***");
  });
});

const SECRETS = ["nv-s3cret", "sub-s3cret-1", "sub-s3cret-2", "auth-s3cret", "header-s3cret", "query-s3cret", "proxy-s3cret"];

const configuration: GatewayConfiguration = {
  namedValues: { key: { secret: true, value: "nv-s3cret" }, open: "not-secret" },
  subscriptions: { one: { scope: "all", primaryKey: "sub-s3cret-1", secondaryKey: "sub-s3cret-2" } },
  backends: {
    main: {
      url: "http://main.example",
      credentials: {
        authorization: { scheme: "Key", parameter: "auth-s3cret" },
        header: { "X-Key": "header-s3cret" },
        query: { key: ["query-s3cret"] },
      },
      proxy: { url: "http://proxy.example", username: "u", password: "proxy-s3cret" },
    },
  },
  apis: {
    api: {
      path: "api",
      subscriptionRequired: false,
      serviceUrl: "http://main.example",
      operations: { all: { method: "GET", urlTemplate: "/*" } },
      policy: `<policies><inbound><base />
        <trace source="t"><message>It is {{key}}, {{open}}</message></trace>
        <set-variable name="n" value="@(int.Parse(context.Request.Headers.GetValueOrDefault(&quot;n&quot;, &quot;1&quot;)))" />
      </inbound></policies>`,
    },
  },
};

describe("secrets of a configuration", () => {
  it("are known to its mask, and printing it shows none", async () => {
    const gateway = await createGateway(configuration);
    const mask = secretMask(gateway.configuration);
    for (const secret of SECRETS) expect(mask.text(`<${secret}>`)).toBe("<***>");
    expect(mask.text("not-secret")).toBe("not-secret");
    const shown = inspect(gateway.configuration, { depth: 20 }) + JSON.stringify(gateway.configuration.namedValues.get("key"));
    for (const secret of SECRETS) expect(shown).not.toContain(secret);
    expect(gateway.configuration.namedValues.get("key")!.value).toBe("nv-s3cret");
    await gateway.close();
  });

  it("do not show in traces", async () => {
    let shown = "";
    const gateway = await createGateway(configuration, { transport: () => Promise.reject(new Error("refused")) });
    await gateway.handle(
      { method: "GET", url: "https://api.example/api/x?key=sub-s3cret-1", headers: {} },
      { trace: true, observe: ({ trace }) => (shown = inspect(trace?.entries, { depth: 20 })) },
    );
    await gateway.close();
    expect(shown).toContain("It is ***, not-secret");
    for (const secret of SECRETS) expect(shown).not.toContain(secret);
  });

  it("do not show in the log", async () => {
    const lines: unknown[] = [];
    const line = (fields: object, message: string): void => void lines.push([fields, message]);
    const logger: Logger = { debug: line, info: line, warn: line, error: line };
    const leaking: GatewayConfiguration = {
      ...configuration,
      apis: {
        api: {
          ...configuration.apis!["api"]!,
          policy: `<policies><inbound><send-one-way-request><set-url>http://elsewhere.example/?k={{key}}</set-url></send-one-way-request>
            <return-response><set-status code="204" /></return-response></inbound></policies>`,
        },
      },
    };
    const transport = () => Promise.reject(new Error("no way to nv-s3cret"));
    const gateway = await createGateway(leaking, { logger, transport });
    await gateway.handle({ method: "GET", url: "https://api.example/api/x", headers: {} });
    await new Promise((resolve) => setImmediate(resolve));
    const shown = inspect(lines, { depth: 20 });
    expect(shown).toContain("no way to ***");
    expect(shown).not.toContain("nv-s3cret");
    await gateway.close();
  });

  it.each([
    ["an attribute", '<rate-limit calls="{{key}}" renewal-period="60" />'],
    ["an expression", '<set-variable name="a" value="@({{key}})" />'],
    ["a text", "<set-status code='{{key}}' />"],
  ])("do not show in errors about %s", async (_, policy) => {
    const broken: GatewayConfiguration = {
      namedValues: { key: { secret: true, value: "nv_s3cret" } },
      policy: `<policies><inbound>${policy}</inbound><backend><forward-request /></backend></policies>`,
    };
    const error = await createGateway(broken).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: "ConfigurationError" });
    expect(inspect(error, { depth: 20 })).not.toContain("nv_s3cret");
  });

  it("do not show in errors about addresses", async () => {
    const named = { namedValues: { key: { secret: true, value: "nv_s3cret" } } };
    for (const wrong of [
      { ...named, apis: { a: { path: "a", serviceUrl: "{{key}}" } } },
      { ...named, backends: { b: { url: "{{key}}" } } },
      { ...named, backends: { b: { url: "http://b.example", proxy: { url: "{{key}}" } } } },
    ])
      await expect(createGateway(wrong)).rejects.toMatchObject({
        diagnostics: [expect.objectContaining({ message: '"{{key}}" is not an absolute http or https URL.' })],
      });
  });
});
