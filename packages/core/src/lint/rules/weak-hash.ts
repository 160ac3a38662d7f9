import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const signature = (name: string): string =>
  policies({
    inbound: `<base />
<set-variable name="signature" value="@{
  var body = context.Request.Body.As<byte[]>(preserveContent: true);
  var mac = new ${name}(Encoding.UTF8.GetBytes("{{hook-secret}}"));
  return Convert.ToBase64String(mac.ComputeHash(body));
}" />`,
  });

const KEYED = /\.(HMACSHA1|HMACMD5)\.new$/;
const PLAIN = /\.(MD5|SHA1)\w*\.(?:new|Create|HashData|ComputeHash)$/;

/** A hash that can be forged. */
export const weakHash = defineRule({
  id: "weak-hash",
  severity: "warning",
  summary: "MD5 or SHA-1 used for a signature or a comparison of secrets",
  why: "Both are broken: texts with the same hash can be made. As a key of a cache they are fine.",
  remedy: "Use SHA-256: `HMACSHA256`, `SHA256`.",
  examples: { bad: signature("HMACSHA1"), good: signature("HMACSHA256") },
  expression(code, element, context) {
    for (const node of code.nodes) {
      if (node.kind !== "Member") continue;
      const { member, start, end } = node as unknown as { member: { id: string }; start: number; end: number };
      const keyed = KEYED.exec(member.id)?.[1];
      const plain = PLAIN.exec(member.id)?.[1];
      if (keyed === undefined && (plain === undefined || !guards(element, code.text))) continue;
      context.report(element.document, code.span({ start, end }), `${keyed ?? plain} can be forged.`, { hint: "Use SHA-256." });
      return;
    }
  },
});

/** Is the hash a signature, or compared? */
function guards(element: LintElement, text: string): boolean {
  if (element.name === "when" && /==|!=|\bEquals\b/.test(text)) return true;
  const named = element.name === "value" ? (element.parent?.literal("name") ?? "") : (element.literal("name") ?? "");
  return /sign|\bsig\b|hmac|digest|token|secret|passw|authoriz|auth\b/i.test(named);
}
