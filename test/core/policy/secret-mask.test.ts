import { inspect } from "node:util";
import { createGateway, type GatewayConfiguration, type Logger, secretMask } from "@turnpike/core";
import { concealSecrets, maskSecrets } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { SecretMask } from "#core/policy/secret-mask.js";
import { growthOfTime, processTime } from "../../measure.js";

/** What twice as much may cost at most. */
const MOST_GROWTH = 3;

describe("masking texts", () => {
  it.each([
    ["nothing of it", ["s3cret-9"], "nothing of it"],
    ["key=s3cret-9; again s3cret-9", ["s3cret-9"], "key=***; again ***"],
    ["s3cret-9s3cret-9", ["s3cret-9"], "******"],
    ["the longer one: ab12ef", ["ab12", "ab12ef"], "the longer one: ***"],
    ["ab12e", ["ab12", "ab12ef"], "***e"],
    ["xab1ab12", ["ab12"], "xab1***"],
    ["too short: abc", ["abc", ""], "too short: abc"],
    ['{"key":"q\\"uo\\nte"}', ['q"uo\nte'], '{"key":"***"}'],
    ["<a>x&lt;y&amp;z</a>", ["x<y&z"], "<a>***</a>"],
    ["?key=a%2Fb%20c", ["a/b c"], "?key=***"],
    ["orders, reorder, order-id, an order.", ["order"], "orders, reorder, order-id, an ***."],
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
    const gateway = await createGateway(configuration, { transport: () => Promise.reject(new Error("refused")) });
    const { trace } = await gateway.handle(
      { method: "GET", url: "https://api.example/api/x?key=sub-s3cret-1", headers: {} },
      { trace: true },
    );
    const shown = JSON.stringify(trace);
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

describe("what is a secret by where it stands", () => {
  it.each([
    ["redis://user:p4ss@cache:6379/0", "redis://user:***@cache:6379/0"],
    ["rediss://:p4ss@cache", "rediss://:***@cache"],
    ["amqps://u:a@b@host/x", "amqps://u:***@host/x"],
    ["https://t0ken@git.example/x", "https://***@git.example/x"],
    ["https://host/x?a=1&code=abc%3D&b=2", "https://host/x?a=1&code=***&b=2"],
    ["GET /x?subscription-key=k1", "GET /x?subscription-key=***"],
    ["https://a.blob.example/c?sv=1&sig=x%2F&se=2", "https://a.blob.example/c?sv=1&sig=***&se=2"],
    ["x?api_key=1&access_token=2&apikey=3&client_secret=4", "x?api_key=***&access_token=***&apikey=***&client_secret=***"],
    ["<a>x?y=1&amp;code=2</a>", "<a>x?y=1&amp;code=***</a>"],
    ["AccountName=a;AccountKey=b==;EndpointSuffix=c", "AccountName=a;AccountKey=***;EndpointSuffix=c"],
    ["Server=a;User Id=b;Password=c;", "Server=a;User Id=b;Password=***;"],
    ["grant_type=password&password=a&username=b", "grant_type=password&password=***&username=b"],
    ["Authorization: Bearer abc.def", "Authorization: Bearer ***"],
    ['{"Authorization":"Basic YTpi","a":1}', '{"Authorization":"Basic ***","a":1}'],
    [String.raw`"{\"authorization\":\"Bearer abc\"}"`, String.raw`"{\"authorization\":\"Bearer ***\"}"`],
    ["Ocp-Apim-Subscription-Key: abc", "Ocp-Apim-Subscription-Key: ***"],
    ["-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY-----"],
  ])("%s", (text, expected) => {
    expect(maskSecrets(text)).toBe(expected);
    expect(maskSecrets(expected)).toBe(expected);
  });

  it.each([
    "https://host:8080/a:b@c",
    "mail to a@b.example",
    "?code={{function-key}}&sig={{sig}}",
    "https://{{user}}:{{password}}@host",
    "Authorization: Bearer {{token}}",
    '<set-status code="200" />',
    "rate-limit-by-key counter-key=@(context.Subscription.Id)",
    "Authorization: the header is missing",
    "the key=value form of x",
    "password and token are no secrets by themselves",
    "-----BEGIN PRIVATE KEY----- without an end",
    "SharedAccessKeyName=send",
  ])("leaves alone: %s", (text) => {
    expect(maskSecrets(text)).toBe(text);
  });

  it.each([
    '<set-header name="Authorization" exists-action="delete" /><set-header name="Accept"><value>text/plain</value></set-header>',
    '<set-header name="Authorization"><value>Bearer {{token}}</value></set-header>',
    '<set-header name="Authorization"><value>@("Bearer " + context.Variables["token-1"])</value></set-header>',
    '<set-header name="X-Api-Key"><value>@(context.Request.Headers.GetValueOrDefault("X-Key-1", ""))</value></set-header>',
    '<set-header name="Authorization"><value>@($"Bearer {context.Variables["a-1"]}")</value></set-header>',
    "<validate-jwt><issuer-signing-keys><key>{{signing-key}}</key><key>#{key}#</key></issuer-signing-keys></validate-jwt>",
    '<authentication-basic username="u" password="{{password}}" />',
    '<cache-store-value key="a-1" value="b" duration="1" />',
    '<set-query-parameter name="version"><value>2024-01-01</value></set-query-parameter>',
  ])("leaves alone in a document: %s", (text) => {
    expect(concealSecrets(text, "policy.xml")).toBe(text);
  });

  it("of a document is looked for elsewhere, unless it is a word that may stand there with a right of its own", async () => {
    const gateway = await createGateway({
      policy: `<policies><inbound>${["password", "Correct-Horse-9", "staging-key-1", "s3cretS3cret"]
        .map((secret) => `<authentication-basic username="u" password="${secret}" />`)
        .join("")}</inbound><backend><forward-request /></backend></policies>`,
    });
    expect(secretMask(gateway.configuration).text("password Correct-Horse-9 staging-key-1 s3cretS3cret")).toBe(
      "password *** staging-key-1 ***",
    );
    await gateway.close();
  });

  it.each([
    ["beginnings of addresses", "://"],
    ["beginnings of addresses with names", "://a:b"],
    ["long names", "://".padEnd(900, "a")],
    ["beginnings of keys", "-----BEGIN PRIVATE KEY-----"],
    ["names of headers", "authorization: "],
    ["names of parameters", "&code="],
    ["parameters", "&code=a&sig=b"],
    ["semicolons", ";"],
    ["letters", "passwordpwd"],
  ])("is found in time in step with the text: %s", async (_what, unit) => {
    const work = (size: number) => {
      const text = `${unit.repeat(Math.ceil(size / unit.length))}-----END `;
      return () => maskSecrets(text);
    };
    expect(await growthOfTime(work(200_000), work(400_000), MOST_GROWTH, processTime)).toBeLessThan(MOST_GROWTH);
  });
});
