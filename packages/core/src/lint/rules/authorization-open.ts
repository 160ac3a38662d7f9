import { constantText, keyUses, type LintCode } from "../code.js";
import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import { enders } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const has = (role: string): string =>
  `@(((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("roles", "").Split(',').Contains("${role}"))`;
const choose = (otherwise: string): string =>
  policies({
    inbound: `<base />
<validate-jwt header-name="Authorization" require-scheme="Bearer" output-token-variable-name="jwt">
  <openid-config url="https://login.example/v2.0/.well-known/openid-configuration" />
  <audiences>
    <audience>api://ledger</audience>
  </audiences>
</validate-jwt>
<choose>
  <when condition="${has("Ledger.Write")}">
    <set-header name="X-Access" exists-action="override"><value>write</value></set-header>
  </when>${otherwise}
</choose>`,
  });

/** A question for roles whose answer keeps nobody out. */
export const authorizationOpen = defineRule({
  id: "authorization-open",
  severity: "warning",
  summary: "a choose on claims or roles whose fall-through lets the call pass",
  why: "Who has none of the roles goes on as if he had been let in.",
  remedy: "Refuse in `<otherwise>`: return-response with 403.",
  examples: {
    bad: choose(""),
    good: choose(
      '\n  <otherwise>\n    <return-response>\n      <set-status code="403" reason="Forbidden" />\n    </return-response>\n  </otherwise>',
    ),
  },
  pipeline(pipeline, context) {
    for (const { element, section } of pipeline.steps) {
      if (element.name !== "choose" || section !== "inbound") continue;
      const whens = element.children("when");
      const codes = whens.map((when) => when.value("condition")?.code ?? null);
      if (codes.length === 0 || !codes.every((code) => code !== null && asksForRole(code))) continue;
      if (whens.some(refuses) || !whens.some(hasEffect) || element.children("otherwise").some(hasEffect)) continue;
      // What the branches note is looked at later.
      const noted = whens.flatMap((when) =>
        [...when.below()].filter((inner) => inner.name === "set-variable").map((inner) => inner.literal("name")),
      );
      if (noted.some((name) => name === null || isAskedFor(name, pipeline.elements()))) continue;
      const first = codes[0]!;
      context.report(element.document, first.whole, "Who has none of these roles passes as well.", {
        hint: "Refuse in <otherwise>: return-response with 403.",
      });
    }
  },
});

const ROLE =
  /^(?:roles?|scp|scopes?|groups?|permissions?|wids|http:\/\/schemas\.microsoft\.com\/ws\/2008\/06\/identity\/claims\/role)$/i;

function asksForRole(code: LintCode): boolean {
  if (code.has("IUser.Groups")) return true;
  if (!code.nodes.some((node) => node.kind === "Member" && (node as { member?: { id?: string } }).member?.id === "Jwt.Claims"))
    return false;
  return code.nodes.some((node) => ROLE.test(constantText(node) ?? ""));
}

function refuses(branch: LintElement): boolean {
  return [...branch.below()].some(({ name }) => enders.has(name) || name === "include-fragment" || name === "validate-jwt");
}

const SILENT = new Set(["trace", "log-to-eventhub", "emit-metric", "set-variable", "message", "metadata", "dimension"]);

function hasEffect(branch: LintElement): boolean {
  return [...branch.below()].some((inner) => inner !== branch && !SILENT.has(inner.name));
}

function isAskedFor(name: string, elements: Iterable<LintElement>): boolean {
  for (const element of elements)
    if (element.name === "when")
      for (const code of element.codes())
        for (const { path, key } of keyUses(code)) if (path === "context.Variables" && key === name) return true;
  return false;
}
