import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const check = (inner: string): string =>
  policies({
    inbound: `<base />
<validate-jwt header-name="Authorization" require-scheme="Bearer">
  <openid-config url="https://login.example/v2.0/.well-known/openid-configuration" />${inner}
</validate-jwt>`,
  });

/** A token check that takes tokens made for others. */
export const jwtNoAudience = defineRule({
  id: "jwt-no-audience",
  severity: "warning",
  summary: "validate-jwt without audiences",
  why: "Without an audience every token of the issuer passes, also one that was made for another API, and that its owner may hand on.",
  remedy: "Name the audience of this API in `<audiences>`, or require the claim `aud`.",
  examples: { bad: check(""), good: check("\n  <audiences>\n    <audience>api://orders</audience>\n  </audiences>") },
  element(element, context) {
    if (element.name !== "validate-jwt") return;
    if (element.children("audiences").some(({ elements }) => elements.length > 0)) return;
    const claims = element.children("required-claims").flatMap((required) => required.children("claim"));
    if (claims.some((claim) => /^(?:aud|azp|appid|client_id|cid)$/i.test(claim.literal("name") ?? ""))) return;
    // What a templating tool puts in may be the audiences.
    if (element.xml.texts.some(({ value }) => value.text.trim() !== "")) return;
    context.element(element, "The token's audience is not looked at: any token of the issuer passes.", {
      hint: "Add <audiences> with the audience of this API.",
    });
  },
});
