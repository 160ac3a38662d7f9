import type { LimitsConfiguration } from "../../config/configuration.js";
import { limitsShape } from "../../config/shape.js";
import { any, boolean, either, list, map, number, object, type Shape, scalar, text, textOrNull, word } from "../../yaml/shape.js";
import type { CosmosRule, FakeDatabases, SqlRule } from "../fake-databases.js";

/** A policy test file's shape and data, as the documentation of `*.policy-test.yaml` gives them. */
export interface TestFile {
  readonly policy?: string;
  readonly gateway?: string | Readonly<Record<string, unknown>>;
  readonly inherits?: { readonly global?: string; readonly workspace?: string; readonly product?: string };
  readonly operationPolicy?: string;
  readonly fragments?: Readonly<Record<string, string>>;
  readonly namedValues?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly clock?: string;
  readonly managedIdentity?: Readonly<Record<string, string | null>>;
  readonly authorizations?: Readonly<
    Record<string, { readonly accessToken: string; readonly claims?: Readonly<Record<string, unknown>> }>
  >;
  readonly gatewayErrors?: "turnpike" | "apim";
  /** With `gateway`: one operation of it, `<API>/<operation>`, to which requests without a URL go. */
  readonly operation?: string;
  /** Secrets of vaults by their identifiers. */
  readonly vault?: Readonly<Record<string, string>>;
  /** Gateways over one store, each with a clock that is so far ahead. */
  readonly replicas?: readonly (string | number)[];
  readonly limits?: LimitsConfiguration;
  readonly identity?: readonly {
    readonly issuer: string;
    readonly keys?: readonly { readonly kid: string; readonly alg?: string }[];
  }[];
  readonly tokens?: Readonly<Record<string, TestTokenModel>>;
  /** What the gateway holds when a test begins. */
  readonly state?: StateModel;
  readonly backend?: readonly RuleModel[];
  readonly external?: readonly RuleModel[];
  readonly dataSources?: FakeDatabases;
  readonly tests: readonly TestModel[];
}

/** What the gateway holds when a test begins, as a recorded request found it. Keys are those of the store. */
export interface StateModel {
  readonly counters?: readonly {
    readonly key: string;
    readonly window: "sliding" | "fixed";
    /** Seconds. */
    readonly period: number;
    /** Of fixed windows: when the first one starts. Default: with the first count. */
    readonly start?: string;
    readonly count: number;
    /** How long ago that was counted. Default: now. */
    readonly age?: string | number;
  }[];
  readonly cache?: readonly {
    readonly key: string;
    readonly value?: string;
    readonly valueBase64?: string;
    /** Of what kind the value is, as the store has it. */
    readonly meta: string;
    readonly storedAt?: string;
  }[];
  /** Circuit breakers by backend: failures that count, or until when an open circuit lets no call through. */
  readonly circuits?: Readonly<Record<string, { readonly failures?: number; readonly opensIn?: string | number }>>;
  /** Taken slots of limit-concurrency, by key. */
  readonly slots?: Readonly<Record<string, number>>;
}

/** A token that a test sends. */
export interface TestTokenModel {
  readonly issuer?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly expiresIn?: string | number | null;
  readonly notBefore?: string | number | null;
  readonly signedBy?: string;
  readonly alg?: string;
  readonly kid?: string | null;
  /** For HS algorithms: the shared key as text, or in base64 as validate-jwt has it. */
  readonly secret?: string;
  readonly secretBase64?: string;
}

/** An answer of a fake. */
export interface ReplyModel {
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  /** In place of `body`, for bytes that are no text. */
  readonly bodyBase64?: string;
  /** In place of `body`: parts, one after the other. */
  readonly chunks?: readonly (string | { readonly data: string; readonly after?: string | number })[];
  /** In place of `body`: server-sent events, one after the other. */
  readonly events?: readonly (string | EventModel)[];
  /** True: behind the body the connection breaks. */
  readonly breaks?: boolean;
  readonly delay?: string | number;
}

/** A server-sent event. */
export interface EventModel {
  readonly data?: unknown;
  readonly event?: string;
  readonly id?: string;
  readonly retry?: number;
  readonly comment?: string;
  readonly after?: string | number;
}

/** What is to fail: the next calls of something. */
export interface FaultModel {
  readonly of: string;
  /** Default 1. */
  readonly next?: number;
  readonly fail?: "refused" | "reset" | "timeout";
  /** In place of `fail`, of what is asked over HTTP. */
  readonly reply?: ReplyModel;
}

/** A rule of a fake: when it answers, and what. */
export interface RuleModel {
  readonly when?: {
    readonly method?: string;
    readonly path?: string;
    readonly url?: string;
    readonly headers?: Readonly<Record<string, string | null>>;
  };
  /** A list: one after the other, the last for all calls behind it. */
  readonly reply?: ReplyModel | readonly ReplyModel[];
  readonly fail?: "refused" | "reset" | "timeout";
  readonly times?: number;
}

/** A request of a step. */
export interface RequestModel {
  readonly method?: string;
  /** Needed unless one operation is tested. */
  readonly url?: string;
  /** Values for the template of the operation that is tested. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  readonly bodyBase64?: string;
  readonly ipAddress?: string;
  readonly certificate?: string;
  /** A call of a tool of an MCP server, in place of method and body. */
  readonly mcp?: McpCallModel;
}

/** A call of a tool. */
export interface McpCallModel {
  /** The tool's name. */
  readonly call: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** A step of a test. */
export interface StepModel {
  /** What fails from this step on. */
  readonly faults?: readonly FaultModel[];
  readonly after?: string | number;
  readonly request?: RequestModel;
  readonly repeat?: number;
  readonly parallel?: number;
  readonly expect?: ExpectModel;
}

/** A test: its name, and one step or several. */
export interface TestModel extends StepModel {
  readonly name: string;
  /** Rows of values for `{{each:column}}`: the test is run once for each. */
  readonly each?: readonly Readonly<Record<string, unknown>>[];
  /** True: the file's tests without it are not run. */
  readonly only?: boolean;
  /** Why the test is not run. */
  readonly skip?: string;
  readonly steps?: readonly StepModel[];
}

/** What a step expects. */
export interface ExpectModel {
  /** One status, or several: `400-499, 503`. */
  readonly status?: number | string;
  readonly statuses?: Readonly<Record<string, number>>;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly body?: unknown;
  readonly backend?: CallsModel;
  readonly external?: CallsModel;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly error?: Readonly<Record<string, unknown>> | null;
  readonly trace?: readonly string[];
  readonly elapsed?: string | number | { readonly min?: string | number; readonly max?: string | number };
  /** True: the answer is that of the last run with `--update`. */
  readonly snapshot?: boolean;
}

/** What a step expects of calls. */
export interface CallsModel {
  readonly calls?: number;
  readonly request?: {
    readonly method?: string;
    readonly url?: string;
    readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
    readonly body?: unknown;
  };
}

/** A number, or a column of a table that holds one. */
const count = either(number, text);
const headers = map(either(textOrNull, list(scalar)));
const request = object<RequestModel>({
  method: text,
  url: text,
  parameters: map(scalar),
  headers,
  body: any,
  bodyBase64: text,
  ipAddress: text,
  certificate: text,
  mcp: object<McpCallModel>({ call: text, arguments: map(any) }, "call"),
});
const calls = object<CallsModel>({ calls: count, request: object({ method: text, url: text, headers, body: any }) });
const expectation = object<ExpectModel>({
  status: count,
  statuses: map(count),
  reason: scalar,
  headers,
  body: any,
  backend: calls,
  external: calls,
  variables: map(any),
  error: either(
    object({
      source: textOrNull,
      reason: textOrNull,
      message: textOrNull,
      scope: textOrNull,
      section: textOrNull,
      path: textOrNull,
      policyId: textOrNull,
    }),
    textOrNull,
  ),
  trace: list(text),
  elapsed: either(scalar, object({ min: scalar, max: scalar })),
  snapshot: boolean,
});
const reply = object<ReplyModel>({
  status: number,
  reason: scalar,
  headers,
  body: any,
  bodyBase64: text,
  chunks: list(either(text, object<{ data: string; after?: string }>({ data: text, after: scalar }, "data"))),
  events: list(
    either(text, object<EventModel>({ data: any, event: text, id: scalar, retry: number, comment: text, after: scalar })),
  ),
  breaks: boolean,
  delay: scalar,
});
const failure = word("refused", "reset", "timeout");
const fault = object<FaultModel>({ of: text, next: number, fail: failure, reply }, "of");
const stepKeys = { after: scalar, request, repeat: count, parallel: count, expect: expectation, faults: list(fault) };
const rule = object<RuleModel>({
  when: object<NonNullable<RuleModel["when"]>>({ method: text, path: text, url: text, headers }),
  reply: either(reply, list(reply)),
  fail: failure,
  times: number,
});

/** The shape of a whole test file. */
export const testFileShape: Shape = object<TestFile>(
  {
    policy: text,
    gateway: either(text, map(any)),
    inherits: object<NonNullable<TestFile["inherits"]>>({ global: text, workspace: text, product: text }),
    operationPolicy: text,
    fragments: map(text),
    namedValues: map(either(scalar, object({ secret: boolean, value: scalar, env: text }))),
    context: map(any),
    clock: scalar,
    managedIdentity: map(textOrNull),
    authorizations: map(object({ accessToken: scalar, claims: map(any) }, "accessToken")),
    gatewayErrors: word("turnpike", "apim"),
    operation: text,
    vault: map(text),
    replicas: list(scalar),
    limits: limitsShape,
    identity: list(
      object<NonNullable<TestFile["identity"]>[number]>(
        { issuer: text, keys: list(object({ kid: scalar, alg: text }, "kid")) },
        "issuer",
      ),
    ),
    tokens: map(
      object<TestTokenModel>({
        issuer: text,
        claims: map(any),
        expiresIn: textOrNull,
        notBefore: textOrNull,
        signedBy: scalar,
        alg: text,
        kid: textOrNull,
        secret: text,
        secretBase64: text,
      }),
    ),
    state: object<StateModel>({
      counters: list(
        object<NonNullable<StateModel["counters"]>[number]>(
          { key: text, window: word("sliding", "fixed"), period: number, start: text, count: number, age: scalar },
          "key",
          "window",
          "period",
          "count",
        ),
      ),
      cache: list(
        object<NonNullable<StateModel["cache"]>[number]>(
          { key: text, value: text, valueBase64: text, meta: text, storedAt: text },
          "key",
          "meta",
        ),
      ),
      circuits: map(object({ failures: number, opensIn: scalar })),
      slots: map(number),
    }),
    backend: list(rule),
    external: list(rule),
    dataSources: object<FakeDatabases>({
      sql: list(
        object<SqlRule>({
          when: object<NonNullable<SqlRule["when"]>>({ statement: text, parameters: map(any) }),
          rows: list(map(any)),
          fail: text,
          times: number,
        }),
      ),
      cosmos: list(
        object<CosmosRule>({
          when: object<NonNullable<CosmosRule["when"]>>({
            operation: word("query", "read", "delete", "insert", "replace", "upsert"),
            container: text,
            id: text,
            statement: text,
            partitionKey: any,
          }),
          items: list(any),
          continuationToken: textOrNull,
          item: any,
          fail: text,
          times: number,
        }),
      ),
    }),
    tests: list(
      object<TestModel>(
        {
          name: scalar,
          each: list(map(any)),
          only: boolean,
          skip: text,
          steps: list(object<StepModel>(stepKeys)),
          ...stepKeys,
        },
        "name",
      ),
    ),
  },
  "tests",
);
