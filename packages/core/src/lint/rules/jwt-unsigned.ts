import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const check = (value: string): string =>
  policies({
    inbound: `<base />
<validate-jwt header-name="Authorization" require-scheme="Bearer" require-signed-tokens="${value}">
  <openid-config url="https://login.example/v2.0/.well-known/openid-configuration" />
  <audiences>
    <audience>api://orders</audience>
  </audiences>
</validate-jwt>`,
  });

/** `require-signed-tokens="false"`. */
export const jwtUnsigned = defineRule({
  id: "jwt-unsigned",
  severity: "error",
  summary: 'validate-jwt with `require-signed-tokens="false"`',
  why: "Anybody can write such a token.",
  remedy: "Leave the attribute out: the default is true.",
  examples: { bad: check("false"), good: check("true") },
  element(element, context) {
    if (element.name !== "validate-jwt" || element.literal("require-signed-tokens")?.toLowerCase() !== "false") return;
    const { span } = element.value("require-signed-tokens")!;
    context.report(element.document, span, "Tokens without a signature are taken: anybody can write one.", {
      hint: "Leave require-signed-tokens out: the default is true.",
    });
  },
});
