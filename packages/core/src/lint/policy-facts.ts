import type { LintTarget } from "./target.js";

/**
 * What the reference says of single policies beyond their schemas, where a rule looks it up. Pages: "Usage notes" of each policy, and the table
 * of policies and gateways.
 */
export interface PolicyFacts {
  /** Gateways that do not take it, or skip it. */
  readonly notOn?: readonly LintTarget[];
  /** Children in the order in which they must stand: the service refuses another. */
  readonly childOrder?: readonly string[];
  /** The same of elements inside of it, by their path. */
  readonly childOrderOf?: Readonly<Record<string, readonly string[]>>;
  /** At most one in a section, or in a document. */
  readonly once?: "section" | "document";
  /** Its page says that a fragment may not hold it. */
  readonly notInFragment?: true;
  /** Attributes and children that the service accepts and no page describes: `attribute`, `child@attribute`, `child`. */
  readonly undocumented?: readonly string[];
}

const DAPR: PolicyFacts = { notOn: ["classic", "v2", "consumption", "workspace"] };
const REQUEST_CHILDREN = [
  "set-url",
  "set-method",
  "set-header",
  "set-body",
  "authentication-certificate",
  "authentication-token",
  "authentication-token-store",
  "authentication-managed-identity",
  "proxy",
];
const LIMIT_OUTPUTS = [
  "retry-after-header-name",
  "retry-after-variable-name",
  "remaining-calls-header-name",
  "remaining-calls-variable-name",
  "total-calls-header-name",
];

/** By the policy's present name. */
const facts: Readonly<Record<string, PolicyFacts>> = {
  "authentication-basic": { once: "section" },
  "authentication-managed-identity": { notOn: ["workspace"] },
  "cache-lookup": { once: "section", notInFragment: true },
  "cache-lookup-value": { notInFragment: true },
  "cache-store": { once: "section", undocumented: ["@caching-mode"] },
  choose: { childOrder: ["when", "otherwise"] },
  cors: { once: "section" },
  "cross-domain": { notOn: ["workspace"] },
  "emit-metric": { undocumented: ["@default-dimensions"] },
  "get-authorization-context": { notOn: ["self-hosted", "workspace"] },
  "invoke-dapr-binding": { ...DAPR, childOrder: ["metadata", "data"] },
  "json-to-xml": {
    undocumented: [
      "@attribute-prefix",
      "@namespace-block-name",
      "@invalid-character-replacement",
      "@null-values",
      "@trim-values",
      "@empty-values",
    ],
  },
  "cosmosdb-data-source": {
    notOn: ["consumption", "self-hosted", "workspace"],
    childOrder: ["connection-info", "query-request", "read-request", "delete-request", "write-request", "response"],
    childOrderOf: {
      "connection-info": ["connection-string", "database-name", "container-name"],
      "query-request": ["sql-statement", "parameters", "partition-key", "paging"],
      "query-request/paging": ["max-item-count", "continuation-token"],
      "read-request": ["id", "partition-key"],
    },
    undocumented: [
      "connection-info/connection-string@client-id",
      "query-request/parameters/parameter@type",
      "write-request@enable-content-response-on-write",
      "write-request/include-fragment",
    ],
  },
  "http-data-source": {
    notOn: ["self-hosted", "workspace"],
    childOrder: ["http-request", "backend", "http-response"],
    childOrderOf: {
      "http-request": [
        "get-authorization-context",
        "set-backend-service",
        "set-method",
        "set-url",
        "include-fragment",
        "set-header",
        "set-body",
        "authentication-certificate",
      ],
    },
    undocumented: ["http-response/json-to-xml"],
  },
  jsonp: { once: "section" },
  "llm-emit-token-metric": { undocumented: ["@name", "@value-type", "@ignore-prompt"] },
  "llm-semantic-cache-lookup": { notOn: ["workspace"], once: "section", undocumented: ["@cache-id"] },
  "llm-semantic-cache-store": { notOn: ["workspace"], once: "section" },
  "llm-token-limit": { notOn: ["consumption"], undocumented: ["@prompt-type", "@ignore-prompt"] },
  "log-to-eventhub": { notOn: ["workspace"] },
  "mock-response": { undocumented: ["@index", "@enabled"] },
  "publish-to-dapr": DAPR,
  "publish-event": { notOn: ["self-hosted", "workspace"] },
  quota: { once: "document" },
  "quota-by-key": { notOn: ["consumption"] },
  "rate-limit": {
    once: "document",
    childOrder: ["api", "operation"],
    undocumented: [
      ...LIMIT_OUTPUTS.map((output) => `api@${output}`),
      ...LIMIT_OUTPUTS.map((output) => `api/operation@${output}`),
      "operation",
    ],
  },
  "rate-limit-by-key": {
    notOn: ["consumption"],
    undocumented: ["@increment-after-response", "@flexible-retry-window"],
  },
  "redirect-content-urls": { once: "section" },
  "return-response": { childOrder: ["set-status", "set-header", "set-body"] },
  "send-one-way-request": {
    notOn: ["workspace"],
    childOrder: REQUEST_CHILDREN,
    undocumented: ["authentication-token", "authentication-token-store"],
  },
  "send-request": {
    childOrder: REQUEST_CHILDREN,
    undocumented: [
      "@timeout-ms",
      "@buffer-response",
      "@fail-on-error-status-code",
      "authentication-token",
      "authentication-token-store",
    ],
  },
  "send-service-bus-message": {
    notOn: ["v2", "consumption", "self-hosted", "workspace"],
    childOrder: ["message-properties", "payload"],
  },
  "set-backend-service-dapr": DAPR,
  "set-body": { undocumented: ["@html-decode-expression"] },
  "sql-data-source": {
    notOn: ["consumption", "self-hosted", "workspace"],
    childOrder: ["connection-info", "include-fragment", "request", "response"],
    childOrderOf: {
      "connection-info": ["get-authorization-context", "connection-string", "include-fragment", "authentication-certificate"],
      request: ["include-fragment", "set-body", "sql-statement", "parameters"],
    },
    undocumented: [
      "connection-info/get-authorization-context",
      "connection-info/connection-string@scope",
      "connection-info/connection-string@client-id",
    ],
  },
  "validate-azure-ad-token": {
    undocumented: [
      "@require-scheme",
      "@allow-protected-forwarded-tokens",
      "@allow-proof-of-possession-tokens",
      "decryption-keys/key@id",
    ],
  },
  "validate-content": { childOrder: ["content-type-map", "content"] },
  "validate-graphql-request": { once: "section", undocumented: ["@max-total-depth", "@max-complexity"] },
  "validate-headers": { once: "section" },
  "validate-jwt": {
    childOrder: [
      "openid-config",
      "issuer-signing-tokens",
      "issuer-signing-keys",
      "decryption-keys",
      "audiences",
      "issuers",
      "required-claims",
    ],
    undocumented: ["openid-config@host", "issuer-signing-tokens", "issuer-signing-keys/zumo-master-key"],
  },
  "validate-odata-request": { once: "section" },
  "validate-parameters": { once: "section", childOrder: ["headers", "query", "path"] },
  "validate-status-code": { once: "section" },
  wait: { undocumented: ["forward-request", "cache-store-value", "authentication-managed-identity", "authentication-token"] },
  "xml-to-json": { undocumented: ["@preserve-whitespace-nodes", "@empty-values", "@trim-values"] },
  "xsl-transform": { once: "section" },
};

/** Policies that were renamed; their attributes stayed. */
export const presentNames: Readonly<Record<string, string>> = {
  "azure-openai-emit-token-metric": "llm-emit-token-metric",
  "azure-openai-semantic-cache-lookup": "llm-semantic-cache-lookup",
  "azure-openai-semantic-cache-store": "llm-semantic-cache-store",
  "azure-openai-token-limit": "llm-token-limit",
};

const NONE: PolicyFacts = {};

/** The name that a policy has at present. */
export function presentName(name: string): string {
  return Object.hasOwn(presentNames, name) ? presentNames[name]! : name;
}

/** What is known of a policy by any of its names. */
export function factsOf(name: string): PolicyFacts {
  const present = presentName(name);
  return Object.hasOwn(facts, present) ? facts[present]! : NONE;
}

/** Policies that end a section where they stand. */
export const enders: ReadonlySet<string> = new Set(["return-response", "mock-response"]);

/** Policies that check a token, so that what it claims may be believed. */
export const tokenChecks: ReadonlySet<string> = new Set(["validate-jwt", "validate-azure-ad-token"]);

/** Policies that count calls or tokens. */
export const limits: ReadonlySet<string> = new Set([
  "rate-limit",
  "rate-limit-by-key",
  "quota",
  "quota-by-key",
  "llm-token-limit",
  "azure-openai-token-limit",
]);

/** Policies that refuse calls by themselves. */
export const refusers: ReadonlySet<string> = new Set([
  ...tokenChecks,
  ...limits,
  "check-header",
  "ip-filter",
  "validate-client-certificate",
  "validate-content",
  "validate-parameters",
  "validate-graphql-request",
  "validate-odata-request",
]);

/** Elements that hold policies in branches or turns. */
export const containers: ReadonlySet<string> = new Set(["choose", "when", "otherwise", "retry", "wait", "limit-concurrency"]);
