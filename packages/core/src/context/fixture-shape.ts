import { any, boolean, either, type KeysOf, list, map, number, object, scalar, text, textOrNull, word } from "../yaml/shape.js";
import type { ApiFixture, Fixture, GroupFixture } from "./fixture-model.js";
import type { VariableFixture } from "./fixture-value.js";

const group = object<GroupFixture>({ id: text, name: text });
const headers = map(either(list(scalar), scalar));
const message = { headers, body: textOrNull, bodyBase64: text };

const api = object<ApiFixture>({
  id: text,
  name: text,
  path: text,
  protocols: either(list(text), text),
  serviceUrl: text,
  revision: scalar,
  version: textOrNull,
  isCurrentRevision: boolean,
});

/** Types of variables in a fixture, in lower case. */
export const variableTypes = [
  "string",
  "char",
  "bool",
  "int",
  "long",
  "double",
  "decimal",
  "datetime",
  "datetimeoffset",
  "timespan",
  "guid",
  "uri",
  "jobject",
  "jarray",
  "jtoken",
  "xelement",
  "xdocument",
  "string[]",
  "int[]",
  "list<string>",
  "dictionary<string,string>",
  "byte[]",
  "response",
  "jwt",
] as const;

/** The keys of a fixture. Every part may be left out, or null. */
export const fixtureParts = {
  request: object<NonNullable<Fixture["request"]>>({
    method: text,
    url: text,
    originalUrl: text,
    ipAddress: text,
    matchedParameters: map(scalar),
    ...message,
  }),
  response: object<NonNullable<Fixture["response"]>>({ statusCode: number, statusReason: text, ...message }),
  variables: map(object<VariableFixture>({ type: text, value: any }, "type")),
  product: object<NonNullable<Fixture["product"]>>({
    id: text,
    name: text,
    approvalRequired: boolean,
    subscriptionRequired: boolean,
    subscriptionLimit: { kind: "number", orNull: true },
    state: word("Published", "NotPublished"),
    groups: list(group),
    apis: list(api),
  }),
  subscription: object<NonNullable<Fixture["subscription"]>>({
    id: text,
    name: textOrNull,
    primaryKey: text,
    secondaryKey: text,
    key: text,
    createdDate: text,
    startDate: textOrNull,
    endDate: textOrNull,
  }),
  user: object<NonNullable<Fixture["user"]>>({
    id: text,
    email: text,
    firstName: text,
    lastName: text,
    note: textOrNull,
    registrationDate: text,
    groups: list(group),
    identities: list(object({ id: text, provider: text })),
  }),
  api,
  operation: object<NonNullable<Fixture["operation"]>>({ id: text, name: text, method: text, urlTemplate: text }),
  deployment: object<NonNullable<Fixture["deployment"]>>({ region: text, serviceName: text, serviceId: text, gatewayId: text }),
  lastError: object({
    source: textOrNull,
    reason: textOrNull,
    message: textOrNull,
    scope: textOrNull,
    section: textOrNull,
    path: textOrNull,
    policyId: textOrNull,
  }),
  requestId: text,
  timestamp: text,
  elapsedMs: number,
  tracing: boolean,
} satisfies KeysOf<Fixture>;
