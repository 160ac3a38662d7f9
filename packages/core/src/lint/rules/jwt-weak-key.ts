import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const check = (key: string): string =>
  policies({
    inbound: `<base />
<validate-jwt header-name="Authorization" require-scheme="Bearer">
  <issuer-signing-keys>
    <key>${key}</key>
  </issuer-signing-keys>
  <audiences>
    <audience>api://orders</audience>
  </audiences>
  <issuers>
    <issuer>https://tokens.example</issuer>
  </issuers>
</validate-jwt>`,
  });

/** A shared key that others know, or can guess. */
export const jwtWeakKey = defineRule({
  id: "jwt-weak-key",
  severity: "error",
  summary: "a symmetric key in the document, or one under 256 bits",
  why: "Who can read the document can write tokens; a key shorter than 256 bits can be guessed from one token (RFC 7518, 3.2).",
  remedy: "Keep a key of at least 256 bits in a secret named value, better in a vault.",
  examples: { bad: check("c2VjcmV0MTIz"), good: check("{{jwt-key}}") },
  codes: ["TP2106"],
  element(element, context) {
    if (element.name !== "key" || (element.parent?.name !== "issuer-signing-keys" && element.parent?.name !== "decryption-keys"))
      return;
    if (["n", "e", "certificate-id", "id"].some((attribute) => attribute !== "id" && element.value(attribute) !== null)) return;
    const { text } = element;
    if (text === null || text.code !== null) return;
    const { document } = element;
    const isLiteral = !/\{\{|\{\w|__\w+__|%\w+%|#\w+#/.test(text.raw);
    const bits = bitsOf(text.text.trim());
    if (isLiteral)
      context.report(
        document,
        text.span,
        `The key stands in the document${bits !== null && bits < 256 ? `, and has only ${bits} bits` : ""}.`,
        {
          hint: "Put it into a secret named value.",
        },
      );
    else if (bits !== null && bits < 256 && text.raw.includes("{{") && !text.text.includes("{{"))
      context.report(document, text.span, `The key has only ${bits} bits: 256 are needed.`);
  },
});

/** The bits of a base64 text; null if it is none. */
function bitsOf(text: string): number | null {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, "base64").length * 8 : null;
}
