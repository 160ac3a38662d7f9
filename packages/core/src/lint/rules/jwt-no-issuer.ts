import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const check = (inner: string): string =>
  policies({
    inbound: `<base />
<validate-jwt header-name="Authorization" require-scheme="Bearer">
  <issuer-signing-keys>
    <key>{{jwt-key}}</key>
  </issuer-signing-keys>
  <audiences>
    <audience>api://orders</audience>
  </audiences>${inner}
</validate-jwt>`,
  });

/** Keys without a word on who may have issued the token. */
export const jwtNoIssuer = defineRule({
  id: "jwt-no-issuer",
  severity: "info",
  summary: "validate-jwt without issuers and without openid-config",
  why: "Whoever has the key issues tokens: a key that several services share lets each speak for the others.",
  remedy: "Name the issuer in `<issuers>`, or let `<openid-config>` tell it.",
  examples: { bad: check(""), good: check("\n  <issuers>\n    <issuer>https://tokens.example</issuer>\n  </issuers>") },
  element(element, context) {
    if (element.name !== "validate-jwt") return;
    if (element.children("openid-config").length > 0) return;
    if (element.children("issuers").some(({ elements }) => elements.length > 0)) return;
    const claims = element.children("required-claims").flatMap((required) => required.children("claim"));
    if (claims.some((claim) => claim.literal("name") === "iss")) return;
    if (element.xml.texts.some(({ value }) => value.text.trim() !== "")) return;
    context.element(element, "Nothing says who may issue the token.", { hint: "Add <issuers>, or <openid-config>." });
  },
});
