import { createGateway, type DiagnosticConfiguration, type GatewayConfiguration, Headers } from "@turnpike/core";
import { describe, expect, it } from "vitest";

const TRACES = `<trace source="shop" severity="verbose"><message>verbose</message></trace>
  <trace source="shop" severity="information"><message>information</message><metadata name="n" value="v" /></trace>
  <trace source="shop" severity="error"><message>error</message></trace>`;

async function* streamed(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

/** Lines of the access log for requests to an API, whose backend streams. */
async function logged(
  diagnostics: Record<string, DiagnosticConfiguration> | undefined,
  requests: readonly string[] = ["/a/x?q=1&code=CANARY-code&user=ann"],
  more: Partial<GatewayConfiguration> & {
    readonly own?: Record<string, DiagnosticConfiguration>;
    readonly fractions?: number[];
  } = {},
): Promise<Record<string, unknown>[]> {
  const { own, fractions = [], ...configuration } = more;
  const lines: Record<string, unknown>[] = [];
  const nothing = (): void => {};
  const gateway = await createGateway(
    {
      ...(diagnostics === undefined ? {} : { diagnostics }),
      deployment: { region: "West Europe" },
      apis: {
        a: {
          path: "a",
          subscriptionRequired: false,
          serviceUrl: "https://backend.example",
          operations: { post: { method: "POST", urlTemplate: "/x" } },
          ...(own === undefined ? {} : { diagnostics: own }),
          policy: `<policies><inbound>${TRACES}<set-header name="X-Added" exists-action="override"><value>1</value></set-header></inbound>
            <backend><forward-request /></backend><outbound><set-header name="X-Out" exists-action="override"><value>2</value></set-header></outbound></policies>`,
        },
      },
      ...configuration,
    },
    {
      accessLog: true,
      random: { fraction: () => fractions.shift() ?? 0 },
      logger: {
        debug: nothing,
        info: (fields) => "CorrelationId" in fields && lines.push(fields as Record<string, unknown>),
        warn: nothing,
        error: nothing,
      },
      transport: async (request) => {
        if (request.body !== null && !(request.body instanceof Uint8Array)) for await (const _ of request.body);
        return {
          status: 200,
          reason: "OK",
          headers: new Headers([
            ["Content-Type", "text/plain"],
            ["Set-Cookie", "s=CANARY-cookie"],
          ]),
          body: streamed("0123456789", "abcdefghij"),
          protocol: "HTTP/1.1",
        };
      },
    },
  );
  for (const path of requests) {
    const { body } = await gateway.handle({
      method: "POST",
      url: `https://gateway.example${path}`,
      headers: { "X-Caller": "ann", "X-Secret": "shown-to-nobody", Authorization: "Bearer CANARY-token" },
      body: streamed("hello", " world"),
    });
    if (body !== null && !(body instanceof Uint8Array)) for await (const _ of body);
  }
  await gateway.close();
  return lines;
}

const ALL = { headers: ["x-caller", "X-Added", "X-Secret", "Authorization", "X-Out", "Set-Cookie"], body: { bytes: 7 } };
const FULL: DiagnosticConfiguration = {
  loggerId: "/loggers/azuremonitor",
  frontend: {
    request: {
      ...ALL,
      dataMasking: {
        headers: [{ value: "x-secret", mode: "Hide" }],
        queryParams: [
          { value: "user", mode: "Mask" },
          { value: "q", mode: "Hide" },
        ],
      },
    },
    response: ALL,
  },
  backend: {
    request: { ...ALL, dataMasking: { headers: [{ value: "x-secret" }], queryParams: [{ value: "user" }] } },
    response: { headers: ["content-type"], body: { bytes: 12 } },
  },
};

it("headers and first bytes of bodies that a diagnostic asks for stand in the access log, masked as it says, secrets always", async () => {
  const [line] = await logged({ azuremonitor: FULL });
  expect(line).toMatchObject({
    Url: "https://gateway.example/a/x?code=***&user=***",
    RequestHeaders: { "X-Caller": "ann", Authorization: "Bearer ***" },
    RequestBody: "hello w",
    ResponseHeaders: { "X-Out": "2", "Set-Cookie": "***" },
    ResponseBody: "0123456",
    BackendRequestHeaders: { "X-Caller": "ann", "X-Added": "1", "X-Secret": "***", Authorization: "Bearer ***" },
    BackendRequestBody: "hello w",
    BackendResponseHeaders: { "Content-Type": "text/plain" },
    BackendResponseBody: "0123456789ab",
    BackendProtocol: "HTTP/1.1",
    Region: "West Europe",
    CallerIpAddress: "127.0.0.1",
    RequestSize: 11,
    ResponseSize: 20,
  });
  expect(Object.keys(line!["RequestHeaders"] as object)).toEqual(["X-Caller", "Authorization"]);
  expect(line!["BackendUrl"]).toMatch(/&user=\*\*\*$/);
  expect(JSON.stringify(line)).not.toMatch(/CANARY|shown-to-nobody/);
});

it("without a diagnostic there are no columns for them, and all entries of trace policies", async () => {
  const [line] = await logged(undefined);
  expect(Object.keys(line!).filter((name) => /Headers|Body/.test(name))).toEqual([]);
  expect(line!["TraceRecords"]).toEqual([
    { source: "shop", severity: "verbose", message: "verbose", metadata: {} },
    { source: "shop", severity: "information", message: "information", metadata: { n: "v" } },
    { source: "shop", severity: "error", message: "error", metadata: {} },
  ]);
});

describe("verbosity and sampling", () => {
  it.each([
    ["verbose", ["verbose", "information", "error"]],
    ["information", ["information", "error"]],
    [undefined, ["information", "error"]],
  ] as const)("entries below the verbosity %s are left out", async (verbosity, messages) => {
    const [line] = await logged({ azuremonitor: verbosity === undefined ? {} : { verbosity } });
    expect((line!["TraceRecords"] as { message: string }[]).map(({ message }) => message)).toEqual(messages);
  });

  it("with verbosity error failed requests are written down, and no others", async () => {
    const lines = await logged({ azuremonitor: { verbosity: "error" } }, ["/a/x", "/a/nowhere", "/b"]);
    expect(lines.map((line) => line["ResponseCode"])).toEqual([404, 404]);
  });

  it("the share that is written down is the diagnostic's; with allErrors failures always are", async () => {
    const sampling = { samplingType: "fixed", percentage: 25 } as const;
    const fractions = [0.2, 0.25, 0.1, 0.9];
    const sampled = await logged({ azuremonitor: { sampling } }, ["/a/x", "/a/x", "/a/nowhere", "/a/nowhere"], { fractions });
    expect(sampled.map((line) => line["ResponseCode"])).toEqual([200, 404]);
    const always = await logged({ azuremonitor: { sampling, alwaysLog: "allErrors" } }, ["/a/x", "/a/nowhere"], {
      fractions: [0.9],
    });
    expect(always.map((line) => line["ResponseCode"])).toEqual([404]);
  });

  it("an API's own diagnostic takes the place of the service's, as a whole", async () => {
    const own = { azuremonitor: { logClientIp: false } };
    const [line] = await logged({ azuremonitor: FULL }, ["/a/x"], { own });
    expect(line).toMatchObject({ CallerIpAddress: "", RequestHeaders: {}, RequestBody: "" });
    const [unmatched] = await logged({ azuremonitor: { verbosity: "error" } }, ["/nowhere"], { own });
    expect(unmatched).toMatchObject({ ResponseCode: 404, CallerIpAddress: "127.0.0.1" });
  });
});

it.each([
  [{ sampling: { percentage: 101 } }, "Invalid percentage 101: expected 0 to 100."],
  [{ frontend: { request: { body: { bytes: 9000 } } } }, "Invalid bytes 9000: expected 0 to 8192."],
  [{ verbosity: "loud" }, /verbosity/],
  [{ surprise: 1 }, /surprise/],
])("%o is refused with its place", async (diagnostic, message) => {
  const given = { diagnostics: { azuremonitor: diagnostic } } as unknown as GatewayConfiguration;
  await expect(createGateway(given)).rejects.toMatchObject({
    diagnostics: [
      expect.objectContaining({ message: typeof message === "string" ? message : (expect.stringMatching(message) as string) }),
    ],
  });
});

it("a diagnostic that names a logger that is not there is told of, and the rest is served", async () => {
  const gateway = await createGateway({
    loggers: { insights: {} },
    diagnostics: { applicationinsights: { loggerId: "/loggers/insigths" } },
  });
  expect(gateway.diagnostics.map(({ severity, message, hint }) => [severity, message, hint])).toEqual([
    ["warning", "There is no logger insigths.", "Did you mean insights?"],
  ]);
  await gateway.close();
});
