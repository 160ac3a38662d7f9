import type { ExpectModel } from "../file/model.js";
import { otherStatuses } from "../statuses.js";
import { type ConditionKey, ofAnswer, toldBy } from "./condition.js";
import type { CallFacts } from "./facts.js";
import type { ConditionModel } from "./model.js";
import { escaped, patternOf, without } from "./text.js";

type Values = Readonly<Record<string, string | null>>;

/** What a test expects so that these keys of a condition hold of a call. */
export function expecting(condition: ConditionModel, keys: readonly ConditionKey[], call: CallFacts): ExpectModel {
  const { status, headers, body, forwarded, tells, backend } = condition;
  return {
    ...(keys.includes("status") ? { status: status! } : {}),
    ...(keys.includes("headers") ? { headers: headers! } : {}),
    ...(keys.includes("body") ? { body: patternOf(body!) === null ? { contains: body } : { matches: patternOf(body!) } } : {}),
    ...(keys.includes("tells") ? { body: { contains: toldBy(tells!, call) ?? "" } } : {}),
    ...(keys.includes("forwarded") ? { backend: forwarded === true ? { request: {} } : { calls: 0 } } : {}),
    ...(keys.includes("backend") ? { backend: { request: backendAs(backend!) } } : {}),
  };
}

function backendAs({ method, url, headers, query }: NonNullable<ConditionModel["backend"]>) {
  const wanted = url ?? (query === undefined ? undefined : `/^${Object.entries(query).map(parameterAs).join("")}/`);
  return {
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    ...(wanted === undefined ? {} : { url: wanted }),
    ...(headers === undefined ? {} : { headers }),
  };
}

function parameterAs([name, value]: readonly [string, string | null]): string {
  const start = `[?&]${escaped(encodeURIComponent(name))}=`;
  if (value === null) return `(?!.*${start})`;
  return `(?=.*${start}${patternOf(value) === null ? `${escaped(encodeURIComponent(value))}(?:&|$)` : ""})`;
}

/** What a test expects so that a condition, which holds of a call, does not: null if it says nothing of what comes out. */
export function denying(condition: ConditionModel, call: CallFacts): ExpectModel | null {
  // What callers see is looked at before what backends do: a call that goes on is seldom what is wrong with an answer.
  const key = (["tells", "body", "headers", "backend", "forwarded", "status"] as const).find((name) =>
    ofAnswer(condition).includes(name),
  );
  switch (key) {
    case "tells":
      return { body: { matches: without(toldBy(condition.tells!, call) ?? "") } };
    case "body":
      return { body: { matches: without(condition.body!) } };
    case "headers":
      return { headers: deniedFirst(condition.headers!) };
    case "backend":
      return { backend: { request: backendDenied(condition.backend!) } };
    case "forwarded":
      return { backend: condition.forwarded === true ? { calls: 0 } : { request: {} } };
    case "status": {
      const others = otherStatuses(condition.status!);
      return others === null ? null : { status: others };
    }
    default:
      return null;
  }
}

/** One header that is otherwise is enough; which one does not matter. */
function deniedFirst(values: Values): Record<string, string | null> {
  const [name, value] = Object.entries(values)[0]!;
  return { [name]: value === null ? "/^/" : null };
}

function backendDenied({ method, url, headers, query }: NonNullable<ConditionModel["backend"]>) {
  if (query !== undefined) {
    const [name, value] = Object.entries(query)[0]!;
    return { url: `/^${parameterAs([name, value === null ? "/./" : null])}/` };
  }
  if (headers !== undefined) return { headers: deniedFirst(headers) };
  return url === undefined ? { method: `/^(?!${escaped(method ?? "")}$)/` } : { url: `/${without(url)}/` };
}
