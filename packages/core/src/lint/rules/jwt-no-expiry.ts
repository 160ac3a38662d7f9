import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const check = (value: string): string =>
  policies({
    inbound: `<base />
<validate-jwt header-name="Authorization" require-scheme="Bearer" require-expiration-time="${value}">
  <openid-config url="https://login.example/v2.0/.well-known/openid-configuration" />
  <audiences>
    <audience>api://orders</audience>
  </audiences>
</validate-jwt>`,
  });

/** `require-expiration-time="false"`. */
export const jwtNoExpiry = defineRule({
  id: "jwt-no-expiry",
  severity: "error",
  summary: 'validate-jwt with `require-expiration-time="false"`',
  why: "A token that is stolen once is good for ever.",
  remedy: "Leave the attribute out: the default is true.",
  examples: { bad: check("false"), good: check("true") },
  element(element, context) {
    if (element.name !== "validate-jwt" || element.literal("require-expiration-time")?.toLowerCase() !== "false") return;
    const { span } = element.value("require-expiration-time")!;
    context.report(element.document, span, "Tokens without an expiry are taken: one that leaks is good for ever.", {
      hint: "Leave require-expiration-time out: the default is true.",
    });
  },
});
