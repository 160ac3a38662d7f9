import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const check = `<validate-jwt header-name="Authorization" require-scheme="Bearer">
  <openid-config url="https://login.example/v2.0/.well-known/openid-configuration" />
</validate-jwt>`;

/** A silencing comment without effect. Found where comments are applied. */
export const unusedIgnore = defineRule({
  id: "unused-ignore",
  severity: "warning",
  summary: "a silencing comment that silences nothing, or gives no reason",
  why: "What it excused is gone, and it would hide the next finding of that rule.",
  remedy: "Remove the comment, or give the reason.",
  examples: {
    bad: policies({
      inbound:
        '<base />\n<!-- turnpike-ignore cors-any-origin: a public page -->\n<ip-filter action="allow">\n  <address>10.0.0.1</address>\n</ip-filter>',
    }),
    good: policies({ inbound: `<base />\n<!-- turnpike-ignore jwt-no-audience: the old tokens carry none -->\n${check}` }),
  },
});
