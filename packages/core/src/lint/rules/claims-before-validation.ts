import { keyUses, type LintCode } from "../code.js";
import { policies } from "../examples.js";
import { readsToken } from "../flow/analyse.js";
import { defineRule } from "../rule.js";

const decision = `<choose>
  <when condition="@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Claims.GetValueOrDefault("roles", "") != "admin")">
    <return-response>
      <set-status code="403" reason="Forbidden" />
    </return-response>
  </when>
</choose>`;
const check = `<validate-jwt header-name="Authorization" require-scheme="Bearer">
  <openid-config url="https://login.example/v2.0/.well-known/openid-configuration" />
  <audiences>
    <audience>api://admin</audience>
  </audiences>
</validate-jwt>`;
const document = (inbound: string): string => policies({ inbound, backend: "<forward-request />", outbound: "", onError: "" });

/** A token that is believed before it was checked. */
export const claimsBeforeValidation = defineRule({
  id: "claims-before-validation",
  severity: "error",
  summary: "claims of `AsJwt()` or of a raw header decide something where no validate-jwt (validate-azure-ad-token) ran before",
  why: "AsJwt takes a token apart and checks nothing: anybody can write one that says what he likes. Silent where an outer scope or a fragment that is not seen may have checked it.",
  remedy: "Put validate-jwt before, and decide by the token that it gives (`output-token-variable-name`).",
  examples: { bad: document(decision), good: document(`${check}\n${decision}`) },
  pipeline(pipeline, context) {
    for (const { element, state, section } of pipeline.steps) {
      if (element.name !== "when" || state.checked !== "no" || state.isOpen || section === "on-error") continue;
      const code = element.value("condition")?.code ?? null;
      if (code === null || code.program === null) continue;
      if (readsToken(code, state) ? !looksAtClaims(code) : !readsRawToken(code)) continue;
      context.report(element.document, code.whole, "Claims of a token that nobody has checked decide here.", {
        hint: "Put validate-jwt before.",
      });
    }
  },
});

/** A test whether there is a token at all is none of what it says. */
function looksAtClaims(code: LintCode): boolean {
  if (
    code.nodes.some(
      (node) =>
        node.kind === "Member" &&
        /^Jwt\.(?:Claims|Subject|Issuer|Audiences|Id)$/.test((node as { member?: { id?: string } }).member?.id ?? ""),
    )
  )
    return true;
  return (
    !code.has("PolicyExtensions.AsJwt", "PolicyExtensions.TryParseJwt") &&
    [...keyUses(code)].some(({ path, how }) => path === "context.Variables" && how !== "test")
  );
}

/** Takes the token apart by hand. */
function readsRawToken(code: LintCode): boolean {
  return (
    /FromBase64String/.test(code.text) &&
    [...keyUses(code)].some(({ path, key }) => /Headers$/.test(path) && /^authorization$/i.test(key))
  );
}
