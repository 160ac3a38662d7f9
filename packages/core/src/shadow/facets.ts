import type { GatewayOutcome } from "../observe/outcome.js";
import type { RecordedBody, RecordedMessage, Recording } from "../observe/recording.js";

/** What a request came to, as texts by what they tell. */
export type Facets = Map<string, string | null>;

/** Headers for a caller that has asked for a trace: the shadow keeps none. */
const TRACE_HEADERS = new Set([
  "apim-trace-id",
  "ocp-apim-trace-location",
  "apim-debug-authorization-expired",
  "apim-debug-authorization-wrongapi",
]);

/**
 * What a request came to. The texts are as the recording has them: plain, or masked.
 * @param isPassed true: no API was there for it, and the host's own handler has it
 */
export function facetsOf({ answer, calls }: Recording, outcome: GatewayOutcome, isPassed: boolean): Facets {
  if (isPassed) return new Map([["decision", "passed on to the host's handler"]]);
  const { error } = outcome;
  const facets: Facets = new Map([
    ["decision", decisionOf(outcome)],
    ["status", String(answer.status)],
    ["reason", answer.reason],
    ["route", routeOf(outcome)],
    ["error", error === null ? null : `${error.source} ${error.reason ?? ""}`.trimEnd()],
    ["calls", calls.map(({ to, request }) => `${to} ${request.method} ${withoutQuery(request.url)}`).join("\n")],
  ]);
  addMessage(facets, "", answer);
  calls.forEach(({ request }, index) => {
    facets.set(`call ${index + 1} url`, request.url);
    addMessage(facets, `call ${index + 1} `, request);
  });
  return facets;
}

/** What differs, the most telling first. What only follows from another decision, or from other calls, is left out. */
export function differingFacets(live: Facets, shadow: Facets): string[] {
  const differs = (what: string): boolean => (live.get(what) ?? null) !== (shadow.get(what) ?? null);
  if (live.size === 1 || shadow.size === 1) return differs("decision") ? ["decision"] : [];
  const isOther = differs("decision") || differs("status");
  const hasOtherCalls = differs("calls");
  return [...new Set([...live.keys(), ...shadow.keys()])].filter(
    (what) =>
      differs(what) &&
      !(isOther && (what === "reason" || what === "body" || what.startsWith("header "))) &&
      !(hasOtherCalls && what.startsWith("call ")),
  );
}

/** What a difference is counted by: what it is about, without names that callers or backends may choose. */
export const classOf = (what: string): string => what.replace(/^call \d+ /, "call ").replace(/^((?:call )?header) .+$/s, "$1");

function decisionOf({ by, error, status }: GatewayOutcome): string {
  if (by.layer === "cache") return "answered from the cache";
  if (by.layer !== "gateway") return `answered by the ${by.layer}`;
  if (error !== null) return `refused by ${error.source}${error.reason === null ? "" : ` (${error.reason})`} with ${status}`;
  return `answered by ${by.policy ?? "the gateway"}`;
}

function routeOf({ api, version, revision, operation, product, subscription, user }: GatewayOutcome): string {
  const parts = { api, version, revision, operation, product, subscription, user };
  return Object.entries(parts)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function addMessage(facets: Facets, prefix: string, { headers, body }: RecordedMessage): void {
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (prefix === "" && TRACE_HEADERS.has(lower)) continue;
    const key = `${prefix}header ${lower}`;
    const before = facets.get(key);
    facets.set(key, before == null ? value : `${before}\n${value}`);
  }
  facets.set(`${prefix}body`, bodyText(body));
}

/** No body and an empty one are one and the same to whoever gets them. */
function bodyText(body: RecordedBody | null): string {
  if (body === null) return "";
  return (body.text ?? `(base64) ${body.base64 ?? ""}`) + (body.breaks === true ? "\n(it breaks off here)" : "");
}

const withoutQuery = (url: string): string => url.split("?", 1)[0]!;

/** Characters of a text that are shown, and of those in front of where it parts from the other. */
const SHOWN = 500;
const BEFORE = 60;

/** Two texts from shortly before where they part. Such as are the same without their secrets say so. */
export function shownPair(live: string | null, shadow: string | null): [live: string | null, shadow: string | null] {
  if (live === null || shadow === null) return [live === null ? null : cut(live, 0), shadow === null ? null : cut(shadow, 0)];
  if (live === shadow) return [cut(live, 0), `${cut(shadow, 0)} (another secret)`];
  let parts = 0;
  while (live[parts] === shadow[parts]) parts++;
  const from = Math.max(live.length, shadow.length) <= SHOWN ? 0 : Math.max(0, parts - BEFORE);
  return [cut(live, from), cut(shadow, from)];
}

function cut(text: string, from: number): string {
  const end = text.length > from + SHOWN ? "…" : "";
  return `${from === 0 ? "" : "…"}${text.slice(from, from + SHOWN)}${end}`;
}
