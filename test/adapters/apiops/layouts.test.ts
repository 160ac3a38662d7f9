import { join } from "node:path";
import { isApiOpsFolder, loadApiOps } from "@turnpike/adapters/apiops";
import { createGateway } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { api, errorsOf, findingsOf, info, ran, serve, specification, write } from "./support.js";

describe("what is read", () => {
  it("knows a folder by what is in it", () => {
    expect(isApiOpsFolder(write(api("a")))).toBe(true);
    expect(isApiOpsFolder(write({ "gateway.yaml": "apis: {}" }))).toBe(false);
  });

  it("takes folder names with blanks or without", async () => {
    for (const [named, fragments, sets] of [
      ["named values", "policy fragments", "version sets"],
      ["namedValues", "policyFragments", "versionSets"],
    ]) {
      const folder = write({
        ...api("a", { apiVersion: "v1", apiVersionSetId: "/subscriptions/0/x/apiVersionSets/s" }),
        [`${named}/1/namedValueInformation.json`]: info({ displayName: "word", value: "fragment" }),
        [`${fragments}/mark/policyFragmentInformation.json`]: info({}),
        [`${fragments}/mark/policy.xml`]: `<fragment><set-header name="X-Ran" exists-action="append"><value>{{word}}</value></set-header></fragment>`,
        [`${sets}/s/versionSetInformation.json`]: info({ versioningScheme: "Segment" }),
        "apis/a/policy.xml": '<policies><outbound><base /><include-fragment fragment-id="mark" /></outbound></policies>',
      });
      const { call } = await serve(folder);
      expect(await call("/a/v1/x")).toMatchObject({ status: 200, ran: "fragment" });
    }
  });

  it.each([
    ["Segment", {}, "/a/v2/x", {}],
    ["Query", { versionQueryName: "v" }, "/a/x?v=v2", {}],
    ["Header", { versionHeaderName: "X-V" }, "/a/x", { "X-V": "v2" }],
  ])("versions by %s", async (versioningScheme, names, path, headers) => {
    const { call } = await serve(
      write({
        ...api("a", { apiVersionSetId: "/apiVersionSets/s" }),
        ...api("a-v2", {
          path: versioningScheme === "Segment" ? "a/v2" : "a",
          apiVersion: "v2",
          apiVersionSetId: "/apiVersionSets/s",
        }),
        "version sets/s/apiVersionSetInformation.json": info({ versioningScheme, ...names }),
      }),
    );
    expect((await call(path, headers)).sent).toContain("https://a-v2.internal/x");
    expect((await call("/a/x")).sent).toBe("https://a.internal/x");
  });

  it("revisions have policies and operations of their own, or none", async () => {
    const { call, gateway } = await serve(
      write({
        ...api("a", { apiRevision: "3", isCurrent: true }),
        "apis/a/policy.xml": ran("current"),
        "apis/a/operations/get-x/policy.xml": ran("operation"),
        "apis/a;rev=2/apiInformation.json": info({ path: "a", apiRevision: "2", serviceUrl: "https://old.internal" }),
        "apis/a;rev=2/specification.json": JSON.stringify({
          openapi: "3.0.1",
          info: {},
          paths: { "/old": { get: { operationId: "old" } } },
        }),
        "apis/a;rev=4/apiInformation.json": info({ path: "a", apiRevision: "4", isOnline: false }),
        "apis/a;rev=4/specification.yaml": specification(),
      }),
    );
    expect(await call("/a/x")).toMatchObject({ ran: "current,operation", sent: "https://a.internal/x" });
    expect(await call("/a;rev=3/x")).toMatchObject({ status: 200 });
    expect(await call("/a;rev=2/old")).toMatchObject({ ran: "", sent: "https://old.internal/old" });
    expect((await call("/a;rev=2/x")).status).toBe(404);
    expect((await call("/a;rev=4/x")).status).toBe(404);
    expect([...gateway.configuration.apis.keys()]).toEqual(["a", "a;rev=2", "a;rev=4"]);
  });

  it("backends with all that they may have", () => {
    const { configuration } = {
      configuration: loadApiOps(
        write({
          "backends/b/backendInformation.json": info({
            url: "https://b.internal",
            protocol: "http",
            title: "B",
            resourceId: "https://management.example/x",
            credentials: {
              header: { "X-A": ["1", "2"] },
              query: { q: ["3"] },
              authorization: { scheme: "Basic", parameter: "eA==" },
              certificate: ["AB12"],
            },
            tls: { validateCertificateChain: false, validateCertificateName: true },
            proxy: { url: "http://proxy.internal:3128", username: "u", password: "p" },
            circuitBreaker: {
              rules: [
                {
                  name: "r",
                  tripDuration: "PT1M",
                  acceptRetryAfter: true,
                  failureCondition: { percentage: 50, interval: "PT1M", errorReasons: ["Timeout"] },
                },
              ],
            },
          }),
          "backends/pool/backendInformation.json": info({
            type: "Pool",
            url: "https://ignored.internal",
            pool: {
              services: [{ id: "/subscriptions/0/backends/b", priority: 2, weight: 3, preferredCarbonEmission: "Low" }],
              sessionAffinity: { sessionId: { source: "Cookie", name: "S" } },
            },
          }),
        }),
        { additions: { certificates: { AB12: { pfx: "" } } } },
      ).data,
    };
    expect(configuration.backends).toEqual({
      b: {
        url: "https://b.internal",
        title: "B",
        credentials: {
          header: { "X-A": ["1", "2"] },
          query: { q: ["3"] },
          authorization: { scheme: "Basic", parameter: "eA==" },
          certificate: ["AB12"],
        },
        tls: { validateCertificateChain: false, validateCertificateName: true },
        proxy: { url: "http://proxy.internal:3128", username: "u", password: "p" },
        circuitBreaker: {
          rules: [
            {
              name: "r",
              tripDuration: "PT1M",
              acceptRetryAfter: true,
              failureCondition: { percentage: 50, interval: "PT1M", errorReasons: ["Timeout"] },
            },
          ],
        },
      },
      pool: {
        pool: {
          services: [{ backend: "b", priority: 2, weight: 3 }],
          sessionAffinity: { sessionId: { source: "Cookie", name: "S" } },
        },
      },
    });
  });

  it("links as folders and as lists, products' groups by name, subscriptions by any form of scope", () => {
    const { data } = loadApiOps(
      write({
        ...api("a"),
        ...api("b"),
        "groups/g/groupInformation.json": info({ displayName: "Group" }),
        "products/new/productInformation.json": info({
          displayName: "New",
          subscriptionsLimit: 3,
          approvalRequired: true,
          state: "notPublished",
        }),
        "products/new/apis/a/productApiInformation.json": {},
        "products/new/groups/link/productGroupInformation.json": { name: "x", properties: { groupId: "/groups/g" } },
        "products/old/productInformation.json": info({ subscriptionRequired: false, description: null }),
        "products/old/apis.json": [{ name: "b" }],
        "subscriptions/1/subscriptionInformation.json": info({
          scope: "/subscriptions/0/service/s/products/new",
          primaryKey: "1",
        }),
        "subscriptions/2/subscriptionInformation.json": info({ scope: "/apis/a", secondaryKey: "2", ownerId: "/users/u" }),
        "subscriptions/3/subscriptionInformation.json": info({ scope: "/apis", primaryKey: "3", state: "suspended" }),
        "subscriptions/4/subscriptionInformation.json": info({
          scope: "/subscriptions/0/providers/Microsoft.ApiManagement/service/s/",
          primaryKey: "4",
        }),
      }),
      { additions: { users: { u: { email: "u@example.org" } } } },
    );
    expect(data.products).toEqual({
      new: {
        name: "New",
        subscriptionsLimit: 3,
        approvalRequired: true,
        state: "notPublished",
        apis: ["a"],
        groups: [{ id: "g", name: "Group" }],
      },
      old: { subscriptionRequired: false, apis: ["b"], groups: [] },
    });
    expect(data.subscriptions).toEqual({
      "1": { scope: "product/new", primaryKey: "1" },
      "2": { scope: "api/a", secondaryKey: "2", user: "u" },
      "3": { scope: "all", primaryKey: "3", state: "suspended" },
      "4": { scope: "all", primaryKey: "4" },
    });
  });

  it.each([
    ["graphql", { "specification.graphql": "type Query { a: Int }" }, "POST", "graphql"],
    ["websocket", {}, "GET", "onHandshake", "/*"],
    ["soap", { "specification.wsdl": "<definitions />" }, "POST", "soap"],
  ])("an API of the type %s has the one operation", (type, files, method, operation, urlTemplate = "/") => {
    const folder = write({
      "apis/a/apiInformation.json": info({ path: "a", type, serviceUrl: "https://a.internal" }),
      [`apis/a/operations/${operation}/policy.xml`]: ran("operation"),
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`apis/a/${name}`, text])),
    });
    const { apis } = loadApiOps(folder).data;
    expect(apis!["a"]!.operations).toEqual({
      [operation]: { method, urlTemplate, policy: { file: join(folder, `apis/a/operations/${operation}/policy.xml`) } },
    });
    if (type === "graphql") expect(apis!["a"]!.schema).toEqual({ file: join(folder, "apis/a/specification.graphql") });
  });

  it("GraphQL APIs have each their own schema, and their resolvers", async () => {
    const resolver =
      "<http-data-source><http-request><set-method>GET</set-method><set-url>https://a.example/</set-url></http-request></http-data-source>";
    const stored = {
      contentType: "application/vnd.ms-azure-apim.graphql.schema",
      document: { value: "type Query { b: String }" },
    };
    const folder = write({
      "apis/a/apiInformation.json": info({ path: "a", type: "graphql", serviceUrl: "https://a.internal" }),
      "apis/a/specification.graphql": "type Query { a: String }",
      "apis/b/apiInformation.json": info({ path: "b", type: "graphql" }),
      "apis/b/schemas/graphql/apiSchemaInformation.json": info(stored),
      "apis/b/resolvers/r-b/resolverInformation.json": info({ displayName: "B", path: "Query/b" }),
      "apis/b/resolvers/r-b/policy.xml": resolver,
      "apis/c/apiInformation.json": info({ path: "c", type: "graphql" }),
      "apis/c/schemas/graphql/schemaInformation.json": info(stored),
    });
    const { apis } = loadApiOps(folder).data;
    expect([apis!["a"]!.schema, apis!["a"]!.resolvers]).toEqual([
      { file: join(folder, "apis/a/specification.graphql") },
      undefined,
    ]);
    expect([apis!["b"]!.schema, apis!["b"]!.resolvers]).toEqual([
      "type Query { b: String }",
      { "r-b": { name: "B", path: "Query/b", policy: { file: join(folder, "apis/b/resolvers/r-b/policy.xml") } } },
    ]);
    expect(apis!["c"]!.resolvers).toEqual({});
    const gateway = await createGateway(loadApiOps(folder));
    expect([...gateway.configuration.apis.values()].map(({ graphql }) => graphql?.resolvers?.length)).toEqual([undefined, 1, 0]);
  });

  it("an MCP server has its tools, whose operations are named as at their source", async () => {
    const operationId = "/subscriptions/1/resourceGroups/g/providers/Microsoft.ApiManagement/service/s/apis/a/operations/get-x";
    const folder = write({
      ...api("a"),
      "apis/m/apiInformation.json": info({
        path: "m",
        type: "mcp",
        subscriptionRequired: false,
        mcpTools: [{ name: "x", description: "Gets x.", operationId }],
      }),
    });
    const { gateway } = await serve(folder);
    const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "x", arguments: {} } };
    const { status, body } = await gateway.handle({
      method: "POST",
      url: "https://gateway.example/m/mcp",
      headers: {},
      body: JSON.stringify(call),
    });
    expect([status, JSON.parse(Buffer.from(body as Uint8Array).toString()).result.isError]).toEqual([200, false]);
  });

  it("an A2A agent is reached at its runtime, and by its card", async () => {
    const folder = write({
      "apis/echo/apiInformation.json": info({
        path: "echo",
        type: "a2a",
        isAgent: true,
        agent: { id: "echo-1" },
        subscriptionRequired: false,
        a2aProperties: { agentCardPath: "/.well-known/agent.json", agentCardBackendUrl: "https://agent.example/card" },
        jsonRpcProperties: { backendUrl: "https://agent.example", path: "/rpc" },
      }),
      "apis/echo/policy.xml": ran("api"),
    });
    const { gateway, call } = await serve(folder);
    const { status } = await gateway.handle({ method: "POST", url: "https://gateway.example/echo", headers: {}, body: "{}" });
    // The card that this backend gives is none.
    expect([status, (await call("/echo/.well-known/agent.json")).status]).toEqual([200, 502]);
  });

  it("workspaces have the same folders inside", async () => {
    const inner = Object.fromEntries(
      Object.entries(api("a", { subscriptionRequired: true })).map(([path, content]) => [`workspaces/w/${path}`, content]),
    );
    const { call } = await serve(
      write({
        ...inner,
        "workspaces/w/policy.xml": ran("workspace"),
        "workspaces/w/apis/a/policy.xml": ran("{{word}}"),
        "workspaces/w/named values/word/namedValueInformation.json": info({ displayName: "word", value: "inner" }),
        "workspaces/w/products/p/productInformation.json": info({}),
        "workspaces/w/products/p/apis/a/productApiInformation.json": {},
        "workspaces/w/subscriptions/s/subscriptionInformation.json": info({ scope: "/workspaces/w/products/p", primaryKey: "k" }),
      }),
    );
    expect(await call("/a/x", { "Ocp-Apim-Subscription-Key": "k" })).toMatchObject({ status: 200, ran: "workspace,inner" });
  });
});

describe("what cannot be used is told with its file", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["an unknown folder", { "surprises/x.json": {} }, "warning TP3012 surprises surprises is not used."],
    [
      "an entity without a file",
      { "backends/b/other.txt": "x" },
      "warning TP3012 backends/b There is no information file in b: it is left out.",
    ],
    [
      "JSON that is none",
      { "backends/b/backendInformation.json": "{" },
      "error TP4001 backends/b/backendInformation.json The file is not JSON",
    ],
    [
      "a link to nothing",
      { "products/p/productInformation.json": info({}), "products/p/apis.json": [{ name: "z" }] },
      "warning TP3012 products/p/productInformation.json The product p links to the API z, which the folder does not have.",
    ],
    [
      "a subscription without keys",
      { "subscriptions/s/subscriptionInformation.json": info({ scope: "/apis" }) },
      "warning TP3012 subscriptions/s/subscriptionInformation.json The subscription s has no keys: nobody can use it.",
    ],
    [
      "a subscription to nothing",
      { "subscriptions/s/subscriptionInformation.json": info({ scope: "/products/z" }) },
      "warning TP3012 subscriptions/s/subscriptionInformation.json The subscription s is for product/z, which the folder does not have: it is left out.",
    ],
    [
      "an owner",
      { "subscriptions/s/subscriptionInformation.json": info({ scope: "/apis", primaryKey: "k", ownerId: "/users/1" }) },
      "warning TP3012 subscriptions/s/subscriptionInformation.json The owner of the subscription s, 1, is not in the folder: context.User is null.",
    ],
    [
      "a client certificate",
      { "backends/b/backendInformation.json": info({ url: "https://b.internal", credentials: { certificate: ["AB"] } }) },
      "warning TP3012 backends/b/backendInformation.json The backend b is called with the client certificate AB, which is not in the folder: it is called without.",
    ],
    [
      "a fragment without text",
      { "policy fragments/f/policyFragmentInformation.json": info({}) },
      "warning TP3012 policy fragments/f The fragment f has no policy.xml: it is left out.",
    ],
    [
      "a resolver without its field",
      {
        "apis/n/apiInformation.json": info({ path: "n", type: "graphql", serviceUrl: "https://a.internal" }),
        "apis/n/resolvers/r/policy.xml": "<x/>",
      },
      "warning TP3012 apis/n/resolvers/r The resolver r has no resolverInformation.json with a path: it is left out.",
    ],
    [
      "no description",
      { "apis/n/apiInformation.json": info({ path: "n" }), "apis/n/specification.wadl": "<application />" },
      "warning TP3012 apis/n/apiInformation.json The API n has no OpenAPI document (specification.yaml or .json): it has no operations.",
    ],
    [
      "a secret that nothing needs",
      { "named values/1/namedValueInformation.json": info({ displayName: "unused", secret: true }) },
      "warning TP3012 named values/1/namedValueInformation.json The named value unused has no value, and no policy or entity that is used here refers to it: it is left out.",
    ],
  ])("%s", (_, files, wanted) => {
    expect(findingsOf(write({ ...api("a"), ...files }))).toEqual([expect.stringContaining(wanted)]);
  });

  it("what has no effect on requests is passed over", () => {
    expect(
      findingsOf(
        write({
          ...api("a"),
          "apis/a/releases/r/apiReleaseInformation.json": info({}),
          "apis/a/tags/t/apiTagInformation.json": {},
          "apis/a/tags.json": [{ name: "t" }],
          "apis/a/diagnostics/d/diagnosticInformation.json": info({}),
          "tags/t/tagInformation.json": info({ displayName: "t" }),
          "policyRestrictions/p/policyRestrictionInformation.json": info({}),
          "README.md": "text",
          "configuration.extractor.yaml": "apis: [a]",
        }),
      ),
    ).toEqual([]);
  });
});

it("a SOAP API has the operations of its WSDL, told apart by their actions", async () => {
  const operation = (name: string): string => `<operation name="${name}"><s:operation soapAction="urn:${name}"/></operation>`;
  const wsdl = `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"><binding name="b"><s:binding/>
    ${operation("Add")}${operation("Sub")}</binding><service name="s"><port binding="b"><s:address location="https://gateway.example/"/></port></service></definitions>`;
  const { gateway } = await serve(
    write({
      "apis/s/apiInformation.json": info({
        path: "s",
        type: "soap",
        serviceUrl: "https://s.internal",
        subscriptionRequired: false,
      }),
      "apis/s/specification.wsdl": wsdl,
      "apis/s/operations/Add/policy.xml": ran("add"),
      "apis/s/operations/Sub/policy.xml": ran("sub"),
    }),
  );
  for (const name of ["Add", "Sub"]) {
    const headers = { SOAPAction: `"urn:${name}"` };
    const answer = await gateway.handle({ method: "POST", url: "https://g.example/s", headers, body: "<e/>" });
    expect(answer.headers.get("x-ran")).toBe(name.toLowerCase());
  }
  // The address of an extracted document is the gateway's own.
  expect(gateway.configuration.apis.get("s")!.serviceUrl!.toString()).toContain("s.internal");
});

it("operations of a SOAP API are told apart by what their files say", async () => {
  const add = { displayName: "Add", method: "POST", urlTemplate: "/?soapAction=urn:add" };
  const { gateway } = await serve(
    write({
      "apis/s/apiInformation.json": info({
        path: "s",
        type: "soap",
        serviceUrl: "https://s.internal",
        subscriptionRequired: false,
      }),
      "apis/s/specification.wsdl": "<definitions />",
      "apis/s/operations/add/operationInformation.json": info(add),
      "apis/s/operations/add/policy.xml": ran("add"),
      "apis/s/operations/sub/operationInformation.json": info({ ...add, urlTemplate: "/?soapAction=urn:sub" }),
      "apis/s/operations/sub/policy.xml": ran("sub"),
    }),
  );
  for (const name of ["add", "sub"]) {
    const url = `https://g.example/s?soapAction=urn:${name}`;
    const { headers } = await gateway.handle({ method: "POST", url, headers: {}, body: "<e/>" });
    expect(headers.get("x-ran")).toBe(name);
  }
});

it("operations of an MCP server are ignored with a warning", () => {
  const folder = write({
    ...api("a"),
    "apis/m/apiInformation.json": info({ path: "m", type: "mcp", mcpTools: [] }),
    "apis/m/operations/get/operationInformation.json": info({ displayName: "Get", method: "GET", urlTemplate: "/" }),
  });
  expect(findingsOf(folder)).toEqual([
    "warning TP3012 apis/m/operations/get The operation get is ignored: the MCP server m has its tools instead.",
  ]);
});

describe("what would be wrong to serve without is an error with its place", () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      "a secret that a policy needs",
      {
        "named values/1/namedValueInformation.json": info({ displayName: "key", secret: true }),
        "apis/a/policy.xml": ran("{{key}}"),
      },
      "TP3006 named values/1/namedValueInformation.json:1 The named value key has no value",
    ],
    [
      "a version set that is not there",
      api("v", { apiVersion: "v1", apiVersionSetId: "/apiVersionSets/s" }),
      "TP3002 apis/v/apiInformation.json:1 The API v is in the version set s",
    ],
    [
      "a policy of no operation",
      { "apis/a/operations/other/policy.xml": ran("x") },
      "TP3004 apis/a/operations/other/policy.xml:1 The operation other has no method.",
    ],
    [
      "a policy that is wrong",
      { "apis/a/policy.xml": "<policies>\n<inbound>\n<unknown /></inbound></policies>" },
      "TP2002 apis/a/policy.xml:3 There is no policy unknown.",
    ],
    [
      "a serviceUrl that is none",
      api("u", { serviceUrl: "nowhere" }),
      'TP3005 apis/u/apiInformation.json:5 "nowhere" is not an absolute http or https URL.',
    ],
    [
      "a value of the wrong kind",
      api("u", { subscriptionRequired: "yes" }),
      "TP4002 apis/u/apiInformation.json:6 apis.u.subscriptionRequired must be true or false.",
    ],
    [
      "a specification that is wrong",
      {
        ...api("u"),
        "apis/u/specification.yaml": "openapi: 3.0.1\npaths:\n  /x: { get: { parameters: [{ $ref: '#/nothing' }] } }\n",
      },
      "TP3010 apis/u/specification.yaml:3 The reference #/nothing leads nowhere.",
    ],
    [
      "revisions without the current one",
      { "apis/r;rev=2/apiInformation.json": info({ path: "r" }) },
      "TP3002 apis/r;rev=2:1 The API r has revisions",
    ],
    [
      "a policy where operations are not told apart",
      { "apis/s/apiInformation.json": info({ path: "s", type: "soap" }), "apis/s/operations/Add/policy.xml": ran("x") },
      "TP3009 apis/s:1 The operation Add has a policy, but the operations of s cannot be told apart.",
    ],
  ])("%s", async (_, files, wanted) => {
    expect(await errorsOf(write({ ...api("a"), ...files }))).toEqual([expect.stringContaining(wanted)]);
  });
});

it("diagnostics are read, the API's own in place of the service's, whatever extractors write for what is not set", async () => {
  const { gateway } = await serve(
    write({
      ...api("a"),
      ...api("b"),
      "loggers/insights/loggerInformation.json": info({ loggerType: "applicationInsights" }),
      "diagnostics/applicationinsights/diagnosticInformation.json": info({
        loggerId: "/loggers/insights",
        alwaysLog: "allerrors",
        httpCorrelationProtocol: "w3c",
        sampling: { samplingType: "fixed", percentage: 12.5 },
        verbosity: null,
        backend: {
          request: { headers: ["X-A"], body: { bytes: 100 }, dataMasking: { headers: [{ value: "X-B", mode: "hide" }] } },
          response: null,
        },
        somethingNew: 1,
      }),
      "apis/b/diagnostics/applicationinsights/diagnosticInformation.json": info({
        loggerId: "/subscriptions/s/loggers/insights",
        metrics: true,
      }),
    }),
  );
  const { apis, diagnostics } = gateway.configuration;
  const ofService = diagnostics.get("applicationinsights")!;
  expect(ofService).toMatchObject({ loggerId: "insights", logsAllErrors: true, sampling: 0.125, verbosity: "information" });
  expect(ofService.messages.backendRequest).toMatchObject({ bytes: 100, maskedHeaders: new Map([["x-b", "Hide"]]) });
  expect(apis.get("a")!.diagnostics.get("applicationinsights")).toBe(ofService);
  expect(apis.get("b")!.diagnostics.get("applicationinsights")).toMatchObject({
    sampling: 1,
    takesMetrics: true,
    logsAllErrors: false,
  });
  expect(gateway.diagnostics.map(({ message }) => message)).toEqual(["The property somethingNew is not known: it is not used."]);
});
