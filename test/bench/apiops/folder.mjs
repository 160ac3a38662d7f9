// Writes folders in the layout of the APIOps extractor, as large as one likes, for the benchmark and for the test of the same folder.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export function writeFolder(folder, { apis, operations, policies }) {
  const write = (path, content) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  };
  const info = (path, properties) => write(path, { properties });
  let left = policies;
  const policy = (path, inner, fragment) => {
    if (left-- > 0) write(path, policyText(inner, fragment));
  };

  // The service itself.
  left--;
  write("policy.xml", "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>");
  info("tags/finance/tagInformation.json", { displayName: "finance" });
  info("diagnostics/applicationinsights/diagnosticInformation.json", { loggerId: "/loggers/insights", verbosity: "information" });
  info("loggers/insights/loggerInformation.json", {
    loggerType: "applicationInsights",
    credentials: { instrumentationKey: "{{insights-key}}" },
  });
  info("loggers/hub/loggerInformation.json", { loggerType: "azureEventHub", credentials: { name: "hub" } });
  info("schemas/order/schemaInformation.json", { schemaType: "json", document: { value: '{"type":"object"}' } });
  info("groups/partners/groupInformation.json", { displayName: "Partners", type: "custom" });
  info("named values/insights-key/namedValueInformation.json", {
    displayName: "insights-key",
    secret: true,
    value: "insights-secret",
  });
  for (let i = 0; i < 20; i++)
    info(`named values/${i}a/namedValueInformation.json`, { displayName: `value-${i}`, secret: i % 2 === 0, value: `text ${i}` });
  for (let i = 0; i < 10; i++) {
    info(`policy fragments/edge-${i}/policyFragmentInformation.json`, { description: `Fragment ${i}` });
    left--;
    write(
      `policy fragments/edge-${i}/policy.xml`,
      `<fragment>\n\t<set-header name="X-Edge" exists-action="override">\n\t\t<value>{{value-${i}}}</value>\n\t</set-header>\n</fragment>`,
    );
    info(`backends/backend-${i}/backendInformation.json`, {
      url: `https://backend-${i}.internal/base`,
      protocol: "http",
      credentials: { header: { "X-Key": [`{{value-${i}}}`] } },
      circuitBreaker: {
        rules: [
          {
            name: "rule",
            failureCondition: { count: 3, interval: "PT1M", statusCodeRanges: [{ min: 500, max: 599 }] },
            tripDuration: "PT1M",
          },
        ],
      },
    });
  }
  info("backends/pool/backendInformation.json", {
    type: "Pool",
    pool: {
      services: [
        { id: "/backends/backend-0", priority: 1, weight: 3 },
        { id: "/backends/backend-1", priority: 1, weight: 1 },
      ],
    },
  });
  info("version sets/versioned/versionSetInformation.json", { displayName: "versioned", versioningScheme: "Segment" });
  info("version sets/dated/apiVersionSetInformation.json", { versioningScheme: "Query", versionQueryName: "api-version" });

  // APIs. The last one is in a workspace.
  const perApi = Math.floor(operations / apis);
  let extra = operations - perApi * apis;
  for (let i = 0; i < apis; i++) {
    const isInner = i === apis - 1;
    const id = `api-${i}`;
    const base = `${isInner ? "workspaces/sales/" : ""}apis/${id}`;
    const count = perApi + (extra-- > 0 ? 1 : 0);
    info(`${base}/apiInformation.json`, {
      displayName: `API ${i}`,
      path: i === 0 ? "versioned/v1" : i === 1 ? "dated" : `area-${i % 7}/${id}`,
      apiRevision: "1",
      isCurrent: true,
      protocols: ["https"],
      serviceUrl: `https://service-${i}.internal/api`,
      subscriptionRequired: i % 2 === 0,
      ...(i === 0 ? { apiVersion: "v1", apiVersionSetId: "/apiVersionSets/versioned" } : {}),
      ...(i === 1 ? { apiVersion: "2026-01-01", apiVersionSetId: "/apiVersionSets/dated" } : {}),
    });
    write(`${base}/specification.yaml`, specification(id, count));
    policy(`${base}/policy.xml`, `api-${i}`, isInner ? null : `edge-${i % 10}`);
  }
  info("apis/api-2;rev=2/apiInformation.json", {
    displayName: "API 2",
    path: "area-2/api-2",
    apiRevision: "2",
    serviceUrl: "https://next.internal",
  });
  write("apis/api-2;rev=2/specification.yaml", specification("api-2", 3));
  info("apis/api-2/releases/first/apiReleaseInformation.json", { apiId: "/apis/api-2;rev=1", notes: "first" });
  info("apis/api-2/tags/finance/apiTagInformation.json", {});

  // Who may call them.
  const some = [0, 2, 4, 6].filter((i) => i < apis - 1);
  info("products/starter/productInformation.json", { displayName: "Starter", subscriptionRequired: true, state: "published" });
  policy("products/starter/policy.xml", "product", null);
  for (const i of some) write(`products/starter/apis/api-${i}/productApiInformation.json`, {});
  write("products/starter/groups/partners/productGroupInformation.json", { properties: { groupId: "/groups/partners" } });
  info("products/older/productInformation.json", { displayName: "Older" });
  write(
    "products/older/apis.json",
    some.map((i) => ({ name: `api-${i}` })),
  );
  write("products/older/groups.json", [{ name: "partners" }]);
  info("subscriptions/first/subscriptionInformation.json", {
    displayName: "First",
    scope: "/products/starter",
    state: "active",
    primaryKey: "key-of-first",
  });
  info("gateways/edge/gatewayInformation.json", { description: "Edge" });
  for (const i of some) write(`gateways/edge/apis/api-${i}/gatewayApiInformation.json`, {});
  info("workspaces/sales/workspaceInformation.json", { displayName: "Sales" });
  policy("workspaces/sales/policy.xml", "workspace", null);
  info("workspaces/sales/named values/value-1/namedValueInformation.json", { displayName: "value-1", value: "sales" });
  // What is left of the policies goes to operations.
  for (let j = 0; left > 0 && j < perApi; j++)
    for (let i = 0; left > 0 && i < apis; i++)
      policy(`${i === apis - 1 ? "workspaces/sales/" : ""}apis/api-${i}/operations/get-${j}/policy.xml`, `operation-${j}`, null);
}

function policyText(word, fragment) {
  return `<policies>
\t<inbound>
\t\t<base />
\t\t<set-variable name="word" value="${word}" />
\t\t${fragment === null ? "" : `<include-fragment fragment-id="${fragment}" />`}
\t\t<choose>
\t\t\t<when condition="@(context.Request.Headers.GetValueOrDefault("X-Debug", "") == "{{value-1}}")">
\t\t\t\t<set-header name="X-Word" exists-action="override"><value>@((string)context.Variables["word"])</value></set-header>
\t\t\t</when>
\t\t</choose>
\t</inbound>
\t<backend><base /></backend>
\t<outbound>
\t\t<base />
\t\t<set-header name="X-Ran" exists-action="append"><value>${word}</value></set-header>
\t</outbound>
\t<on-error><base /></on-error>
</policies>
`;
}

function specification(title, count) {
  const paths = Array.from(
    { length: count },
    (_, j) => `  '/things-${j}/{id}':
    get:
      summary: Get thing ${j}
      description: Gives one of the things of kind ${j}.
      operationId: get-${j}
      parameters:
        - name: id
          in: path
          required: true
          schema:
            type: string
        - name: top
          in: query
          schema:
            type: integer
      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Thing'
              example:
                id: "1"
        '404':
          description: There is none.
`,
  );
  return `openapi: 3.0.1
info:
  title: ${title}
  version: '1.0'
servers:
  - url: https://gateway.example/${title}
paths:
${paths.join("")}components:
  schemas:
    Thing:
      required: [id]
      type: object
      properties:
        id: { type: string }
        name: { type: string }
`;
}
