import { nameOf } from "../callers.js";
import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import type { Origin, OriginKind } from "../flow/origin.js";
import { OriginFinder } from "../flow/origins.js";
import { defineRule } from "../rule.js";

const document = (vary: string): string =>
  policies({
    inbound: `<base />
<set-header name="X-User" exists-action="override">
  <value>@(context.User?.Id ?? "guest")</value>
</set-header>
<cache-lookup vary-by-developer="${vary}" vary-by-developer-groups="false" />`,
    outbound: '<base />\n<cache-store duration="300" />',
  });

const IDENTITY: ReadonlySet<OriginKind> = new Set(["user", "subscription", "product", "token", "header"]);
/** What makes the request that the backend sees, or the answer that is stored. */
const SHAPING = new Set(["value", "set-body", "rewrite-uri", "set-backend-service", "set-url", "set-query-parameter"]);

/** An answer made for one, stored for all. */
export const cacheSharesIdentity = defineRule({
  id: "cache-shares-identity",
  severity: "error",
  summary: "a response cache whose vary-by is smaller than what the document reads of the caller",
  why: "The answer depends on who asks, and the next one who asks gets it from the cache.",
  remedy: 'Vary by what is read: `vary-by-developer="true"`, or `<vary-by-header>Authorization</vary-by-header>`.',
  examples: { bad: document("false"), good: document("true") },
  codes: ["TP2110"],
  pipeline(pipeline, context) {
    const lookup = [...pipeline.elements("inbound")].find(({ name }) => name === "cache-lookup");
    const store = [...pipeline.elements("outbound")].find(({ name }) => name === "cache-store");
    if (lookup === undefined || store === undefined) return;
    for (const { element, state, section, around } of pipeline.steps) {
      if (!SHAPING.has(element.name) || (section !== "inbound" && section !== "backend")) continue;
      if (around.some(({ name }) => NOT_FORWARDED.test(name))) continue;
      for (const code of element.codes()) {
        const origin = new OriginFinder(code, state)
          .all()
          .find((candidate) => IDENTITY.has(candidate.kind) && !isVaried(lookup, candidate));
        if (origin === undefined) continue;
        context.element(lookup, `The answer depends on ${nameOf(origin)}, and the cache does not keep callers apart by it.`, {
          hint: "Vary by it.",
          related: [element.document.source.place(code.whole.start)],
        });
        return;
      }
    }
  },
});

const NOT_FORWARDED = /^(?:return-response|mock-response|send-request|send-one-way-request|trace|cache-)/;

function isVaried(lookup: LintElement, { kind, key }: Origin): boolean {
  const headers = lookup.children("vary-by-header").map(({ text }) => text?.text.trim().toLowerCase() ?? "");
  if (headers.includes("authorization") || (key !== null && headers.includes(key.toLowerCase()))) return true;
  // Other headers say nothing of who calls.
  if (kind === "header" && !/^(?:authorization|cookie|x-user.*|x-ms-client-principal.*)$/i.test(key ?? "")) return true;
  const developer = lookup.value("vary-by-developer");
  if (developer === null || lookup.literal("vary-by-developer") === "false") return false;
  return kind === "user" || kind === "subscription" || kind === "product";
}
