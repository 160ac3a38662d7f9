import type { Headers } from "../../http/headers.js";
import type { RecordedCall } from "../fake-backend.js";
import { matchesText } from "../matches-text.js";
import { isStatus } from "../statuses.js";
import { type CallFacts, headerOf, isInForce, queryOf } from "./facts.js";
import type { ConditionModel, TokenConditionModel } from "./model.js";
import { holds } from "./text.js";

/** A key of a condition. */
export type ConditionKey = keyof ConditionModel;

const OF_ANSWER: ReadonlySet<string> = new Set<ConditionKey>(["forwarded", "backend", "status", "headers", "body", "tells"]);

/** The keys of a condition that speak of what comes out, which a test can hold. */
export const ofAnswer = (condition: ConditionModel): ConditionKey[] =>
  (Object.keys(condition) as ConditionKey[]).filter((key) => OF_ANSWER.has(key));

/** The keys of a condition that speak of what is sent. */
export const ofRequest = (condition: ConditionModel): ConditionKey[] =>
  (Object.keys(condition) as ConditionKey[]).filter((key) => !OF_ANSWER.has(key));

/** One name or several as a list. */
export function listOf(names: string | readonly string[] | null | undefined): readonly string[] {
  if (names === null || names === undefined) return [];
  return (typeof names === "object" ? names : [names]).map(String);
}

/**
 * The keys of a condition that do not hold of a call.
 * @param each must each call to a backend be as `backend` says? Otherwise any.
 */
export function unmet(condition: ConditionModel, call: CallFacts, each: boolean): ConditionKey[] {
  return (Object.keys(condition) as ConditionKey[]).filter((key) => !TESTS[key](condition, call, each));
}

type Test = (condition: ConditionModel, call: CallFacts, each: boolean) => boolean;

const among = (names: string | readonly string[] | null | undefined, name: string | null): boolean =>
  names === null ? name === null : name !== null && listOf(names).includes(name);

const TESTS: Readonly<Record<ConditionKey, Test>> = {
  api: ({ api }, { outcome }) => among(api, outcome.match.api),
  operation: ({ operation }, { outcome }) => among(operation, outcome.match.operation),
  product: ({ product }, { outcome }) => among(product, outcome.match.product),
  subscription: ({ subscription }, { outcome }) => among(subscription, outcome.match.subscription),
  method: ({ method }, { request }) => listOf(method).some((name) => name.toUpperCase() === (request.method ?? "GET")),
  path: ({ path }, { request }) => matchesText(path!, new URL(request.url).pathname),
  request: ({ request: wanted }, { request }) =>
    areAs(wanted!.headers, (name) => headerOf(request, name)) && areAs(wanted!.query, (name) => queryOf(request.url, name)),
  token: ({ token }, call) => hasToken(token!, call),
  forwarded: ({ forwarded }, { outcome }) => outcome.backendCalls.length > 0 === forwarded,
  backend: ({ backend }, { outcome }, each) => {
    const calls = outcome.backendCalls;
    return each ? calls.every((call) => isCall(backend!, call)) : calls.some((call) => isCall(backend!, call));
  },
  status: ({ status }, { outcome }) => isStatus(status!, outcome.status),
  headers: ({ headers }, { outcome }) => areAs(headers, (name) => textOf(outcome.headers, name)),
  body: ({ body }, { outcome }) => holds(body!, outcome.text),
  tells: ({ tells }, call) => toldBy(tells!, call) !== null,
};

function textOf(headers: Headers, name: string): string | null {
  const values = headers.getAll(name);
  return values.length === 0 ? null : values.join(", ");
}

function areAs(wanted: Readonly<Record<string, string | null>> | undefined, value: (name: string) => string | null): boolean {
  return Object.entries(wanted ?? {}).every(([name, text]) => {
    const found = value(name);
    return text === null || found === null ? text === found : matchesText(String(text), found);
  });
}

function isCall({ method, url, headers, query }: NonNullable<ConditionModel["backend"]>, call: RecordedCall): boolean {
  return (
    (method === undefined || method.toUpperCase() === call.method) &&
    (url === undefined || matchesText(url, call.url)) &&
    areAs(headers, (name) => textOf(call.headers, name)) &&
    areAs(query, (name) => queryOf(call.url, name))
  );
}

function hasToken({ issuer, audience, claims = {} }: TokenConditionModel, { token, at }: CallFacts): boolean {
  if (token === null || !isInForce(token, at)) return false;
  if (issuer !== undefined && token.claims["iss"] !== issuer) return false;
  if (audience !== undefined && !claimValues(token.claims["aud"]).includes(audience)) return false;
  return Object.entries(claims).every(([name, wanted]) => {
    const values = claimValues(token.claims[name]);
    return listOf(wanted).every((value) => values.includes(value));
  });
}

/** The values of a claim: of a list its items, of a text its words too. */
function claimValues(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.map(String);
  return claim === undefined || claim === null ? [] : [String(claim), ...String(claim).split(" ")];
}

/** What the answer tells of what it should keep; null if it does not. */
export function toldBy(tells: "error" | "backend", { outcome, given }: CallFacts): string | null {
  const answer = [outcome.text, ...[...outcome.headers].map(([, value]) => value)].join("\n");
  const kept = tells === "error" ? [outcome.error?.message ?? ""] : given;
  // In JSON a text is written otherwise.
  return (
    kept.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]).find((text) => text !== "" && answer.includes(text)) ?? null
  );
}
