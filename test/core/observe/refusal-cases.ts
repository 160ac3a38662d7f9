import type { GatewayConfiguration } from "@turnpike/core";
import { Headers } from "@turnpike/core";
import { certificateWorkshop } from "../policies/certificate-support.js";
import { pair, start, token } from "../policies/jwt-support.js";
import type { ErrorCase } from "./error-cases.js";
import type { Explaining } from "./explaining.js";

/** A refusal of a policy that has errors of its own: whoever declares one more has to show it here. */
export interface RefusalCase extends ErrorCase {
  readonly policy: string;
  /** Its `when`, as the policy declares it. */
  readonly of: string;
}

type Operation = NonNullable<NonNullable<NonNullable<GatewayConfiguration["apis"]>[string]["operations"]>[string]>;

const operation = (more: Partial<Operation> = {}): Explaining => ({
  api: { operations: { list: { method: "GET", urlTemplate: "/x", ...more } } },
});
const at = (query: string, headers: Record<string, string> = {}): Explaining => ({
  request: { url: `https://gateway.example/a/x${query}` },
  headers,
});
const answers = (headers: [string, string][], body = "", status = 200): Explaining => ({
  answer: () => ({ status, headers: new Headers(headers), body: Buffer.from(body) }),
});

// validate-client-certificate

const workshop = certificateWorkshop();
const ca = workshop.root("ca", "/CN=Our CA");
const leaf = workshop.signed("leaf", "ca", { serial: "0A", extensions: ["basicConstraints=CA:FALSE"] });
const stranger = workshop.root("stranger", "/CN=client");
const list = workshop.list("ca", { revoked: ["0A"] });
const listOfOthers = workshop.list("stranger");
workshop.dispose();
const soon = Date.parse(leaf.validFrom) / 1000 + 3600;
const certified = (attributes = 'validate-revocation="false"', inner = ""): Explaining => ({
  clock: soon,
  inbound: `<validate-client-certificate ${attributes}>${inner}</validate-client-certificate>`,
  configuration: { certificates: { ca: { certificate: ca } } },
  request: { certificate: new Uint8Array(leaf.raw) },
});
const certificate = (of: string, what: Explaining, why: RegExp): RefusalCase => ({
  policy: "validate-client-certificate",
  of,
  status: 403,
  why,
  ...what,
});

// validate-azure-ad-token

const tenant = "6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11";
const login = "https://login.microsoftonline.com";
const key = pair("k1");
const other = pair("k1");
const claims = { iss: `${login}/${tenant}/v2.0`, aud: "api://x", azp: "app-1", tid: tenant };
const json = (data: unknown) => ({
  headers: new Headers([["Content-Type", "application/json"]]),
  body: Buffer.from(JSON.stringify(data)),
});
const azure = (of: string, why: RegExp, given: string | null, inner = "", more: Explaining = {}): RefusalCase => ({
  policy: "validate-azure-ad-token",
  of,
  status: 401,
  why,
  clock: start,
  inbound: `<validate-azure-ad-token tenant-id="${tenant}"><client-application-ids><application-id>app-1</application-id></client-application-ids>${inner}</validate-azure-ad-token>`,
  ...(given === null ? {} : { headers: { Authorization: `Bearer ${given}` } }),
  answer: ({ url }) =>
    url.includes("/keys") ? json({ keys: [key.jwk] }) : json({ issuer: claims.iss, jwks_uri: `${login}/keys` }),
  ...more,
});
const signed = (more: object = {}, by = key, kid = "k1"): string =>
  token("RS256", by.privateKey, { ...claims, ...more }, { kid });
const role = `<required-claims><claim name="roles"><value>admin</value></claim></required-claims>`;

// The definition of an API

const order = { type: "object", required: ["id"], properties: { id: { type: "integer" } } };
const represented = (schema: unknown): Partial<Operation> => ({
  method: "POST",
  request: { representations: [{ contentType: "application/json", schema: schema as object }] },
});
/** Of a schema that nothing defines. */
const AN_ABSENT_ONE = `<content type="application/json" validate-as="json" action="prevent" schema-ref="#/definitions/None" />`;
const checked = (contents: string): string =>
  `<validate-content unspecified-content-type-action="prevent" max-size="100" size-exceeded-action="prevent">${contents}</validate-content>`;
const content = (of: string, why: RegExp, body: string, schema: unknown, more: Explaining = {}): RefusalCase => ({
  policy: "validate-content",
  of,
  status: 400,
  why,
  inbound: checked(`<content type="application/json" validate-as="json" action="prevent" />`),
  ...operation(represented(schema)),
  request: { method: "POST", body },
  headers: { "Content-Type": "application/json" },
  ...more,
});
const contentOfAnswer = (of: string, why: RegExp, body: string, schema: unknown, type = "application/json"): RefusalCase => ({
  policy: "validate-content",
  of,
  status: 502,
  section: "outbound",
  why,
  outbound: checked(`<content type="application/json" validate-as="json" action="prevent" />`),
  ...operation({
    responses: [
      {
        statusCode: 200,
        representations: [{ contentType: "application/json", schema: schema as object }],
      },
    ],
  }),
  ...answers([["Content-Type", type]], body),
});
const unusable = { type: "no-such-type" };

const parameters = (of: string, why: RegExp, query: string, more: Explaining = {}): RefusalCase => ({
  policy: "validate-parameters",
  of,
  status: 400,
  why,
  inbound: `<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="prevent"><headers specified-parameter-action="ignore" unspecified-parameter-action="ignore" /></validate-parameters>`,
  ...operation({
    request: {
      queryParameters: [
        { name: "size", values: ["s", "m"] },
        { name: "top", type: "integer" },
        { name: "broken", schema: unusable },
      ],
    },
  }),
  ...at(query),
  ...more,
});
const headers = (of: string, why: RegExp, given: [string, string][], extra = ""): RefusalCase => ({
  policy: "validate-headers",
  of,
  status: 502,
  section: "outbound",
  why,
  outbound: `${extra}<validate-headers specified-header-action="prevent" unspecified-header-action="prevent" />`,
  ...operation({
    responses: [
      {
        statusCode: 200,
        headers: [
          { name: "X-Left", type: "integer" },
          { name: "X-Must", required: true },
          { name: "X-Broken", schema: unusable },
        ],
      },
    ],
  }),
  ...answers(given),
});
const odata = (of: string, why: RegExp, attributes: string, what: Explaining): RefusalCase => ({
  policy: "validate-odata-request",
  of,
  status: 400,
  why,
  inbound: `<validate-odata-request ${attributes} />`,
  ...what,
});
const graphql = (of: string, what: Partial<RefusalCase> & Pick<RefusalCase, "why">): RefusalCase => ({
  policy: "validate-graphql-request",
  of,
  inbound: `<validate-graphql-request max-size="500" />`,
  ...operation({ method: "POST" }),
  request: { method: "POST", body: JSON.stringify({ query: "{ nobody }" }) },
  headers: { "Content-Type": "application/json" },
  ...what,
});

/** Every refusal that the policies of validation declare. */
export const refusalCases: readonly RefusalCase[] = [
  certificate("the caller has none", { ...certified(), request: {} }, /No client certificate was presented/),
  certificate(
    "bytes that are no certificate",
    { ...certified(), request: { certificate: new Uint8Array([1, 2, 3]) } },
    /cannot be read/,
  ),
  certificate("its time has not begun", { ...certified(), clock: soon - 7200 }, /not valid yet/),
  certificate("its time is over", { ...certified(), clock: Date.parse(leaf.validTo) / 1000 + 60 }, /has expired/),
  certificate(
    "no chain leads to a known authority",
    { ...certified(), configuration: { certificates: { ca: { certificate: stranger } } } },
    /not trusted/,
  ),
  certificate(
    "no identity matches",
    certified('validate-revocation="false"', `<identities><identity common-name="nobody" /></identities>`),
    /none of those that are accepted/,
  ),
  certificate(
    "a revocation list names it or one of its chain",
    {
      ...certified('validate-revocation="true"'),
      configuration: { certificates: { ca: { certificate: ca } }, revocation: { lists: [list] } },
    },
    /was revoked/,
  ),
  certificate(
    "no list, or no chain, says so",
    {
      ...certified('validate-revocation="true"'),
      configuration: { certificates: { ca: { certificate: ca } }, revocation: { lists: [listOfOthers] } },
    },
    /cannot be found out whether/,
  ),
  azure("no token", /JWT not present/, null),
  azure("a signature that no key verifies, or an algorithm that is not accepted", /signature/i, signed({}, other)),
  azure("no key for the token's kid, or none at all", /k9/, signed({}, other, "k9")),
  azure("aud is none of the accepted audiences", /api:\/\/x/, signed(), "<audiences><audience>api://y</audience></audiences>"),
  azure("iss is none of the accepted issuers", /issuer/i, signed({ iss: "https://other.example" })),
  azure("exp has passed", /expired/i, signed({ exp: start - 600 })),
  azure("a required claim is absent", /roles/, signed(), role),
  azure("a required claim has other values", /roles/, signed({ roles: ["clerk"] }), role),
  azure("no JWT, unsigned, not yet valid, without exp, of another scheme, not to be decrypted", /./, "nonsense"),
  {
    ...azure("no key verifies the token, and the OpenID configuration cannot be had", /could not be fetched/, signed(), "", {
      answer: () => ({ status: 503 }),
    }),
    status: 500,
  },
  content("request body above max-size", /exceeds the limit of 100 bytes/, `{"id":1,"more":"${"x".repeat(100)}"}`, order),
  content("content type of a request that is not specified", /Unspecified content type text\/plain/, "x", order, {
    headers: { "Content-Type": "text/plain" },
  }),
  content("request body that does not fit", /Required properties are missing from object: id/, "{}", order),
  content("request without a schema", /None/, "{}", order, { inbound: checked(AN_ABSENT_ONE) }),
  content("request whose schema cannot be used", /./, "{}", unusable),
  contentOfAnswer(
    "response body above max-size",
    /exceeds the limit of 100 bytes/,
    `{"id":1,"more":"${"x".repeat(100)}"}`,
    order,
  ),
  contentOfAnswer(
    "content type of a response that is not specified",
    /Unspecified content type text\/plain/,
    "x",
    order,
    "text/plain",
  ),
  contentOfAnswer("response body that does not fit", /Required properties are missing from object: id/, "{}", order),
  { ...contentOfAnswer("response without a schema", /None/, "{}", order), outbound: checked(AN_ABSENT_ONE) },
  contentOfAnswer("response whose schema cannot be used", /./, "{}", unusable),
  parameters("a parameter that the definition lacks", /Unspecified query parameter other/, "?other=1"),
  parameters("a parameter that is there several times", /multiple values for the query parameter top/, "?top=1&top=2"),
  parameters("a parameter that does not fit, or is missing", /not defined in enum/, "?size=x"),
  parameters("a parameter of another type", /Could not convert 'many' to integer/, "?top=many"),
  parameters("a definition that cannot be used", /broken cannot be checked/, "?broken=1"),
  headers("a header that the definition lacks", /Unspecified header Server/, [
    ["X-Must", "a"],
    ["Server", "x"],
  ]),
  headers(
    "a header that is there several times",
    /multiple values for the header X-Left/,
    [["X-Must", "a"]],
    `<set-header name="X-Left" exists-action="append"><value>1</value><value>2</value></set-header>`,
  ),
  headers("a header that does not fit, or is missing", /The required header is missing/, []),
  headers("a header of another type", /Could not convert 'many' to integer/, [
    ["X-Must", "a"],
    ["X-Left", "many"],
  ]),
  headers("a definition that cannot be used", /X-Broken cannot be checked/, [
    ["X-Must", "a"],
    ["X-Broken", "1"],
  ]),
  odata("a version that is none", /OData-Version is no version/, "", at("", { "OData-Version": "four" })),
  odata("a version below min", /3\.0 is lower than 4\.0/, 'min-odata-version="4.0"', at("", { "OData-Version": "3.0" })),
  odata("a version above max", /4\.01 is higher than 4\.0/, 'max-odata-version="4.0"', at("", { "OData-Version": "4.01" })),
  odata("a path or query option against OData's grammar", /\$top is not valid/, "", at("?$top=-1")),
  odata("a body above max-size", /limit of 4 bytes/, 'max-size="4"', {
    ...operation({ method: "POST" }),
    request: { method: "POST", body: "12345" },
  }),
  odata("a body that cannot be unpacked, where max-size is given", /cannot be unpacked/, 'max-size="40"', {
    ...operation({ method: "POST" }),
    request: { method: "POST", body: "12345" },
    headers: { "Content-Encoding": "gzip" },
  }),
  {
    policy: "validate-status-code",
    of: "a status that the definition does not list",
    status: 502,
    section: "outbound",
    why: /Response status code 418 is not allowed/,
    outbound: `<validate-status-code unspecified-status-code-action="prevent" />`,
    ...operation({ responses: [{ statusCode: 200 }] }),
    ...answers([], "", 418),
  },
  graphql("a request that is too large, no GraphQL, unknown to the schema, too deep, or rejected by a rule", {
    configuration: { schemas: { graphql: "type Query { users: String }" } },
    status: 400,
    by: { layer: "gateway", policy: "validate-graphql-request", section: "inbound", scope: "api" },
    why: /Cannot query field "nobody" on type "Query"/,
  }),
];

/** Refusals that are declared and not shown here, and why. */
export const refusalsNotHere: Readonly<Record<string, string>> = {
  "validate-content: request body that takes too much work to read":
    "The work has a table of its own: test/core/policies/validate-content.test.ts.",
  "validate-content: response body that takes too much work to read": "The same of responses.",
  "validate-parameters: no definition":
    "An operation has a definition: only documents that stand alone, as in the kit, have none.",
  "validate-graphql-request: neither the API nor the gateway has a schema":
    "A configuration without the schema is refused as it is loaded (TP2107); only one that takes what it can gets so far.",
  "validate-headers: no definition": "As for validate-parameters.",
};
