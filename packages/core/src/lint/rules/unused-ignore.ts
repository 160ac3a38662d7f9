import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const check = `<validate-jwt header-name="Authorization" require-scheme="Bearer">
  <openid-config url="https://login.example/v2.0/.well-known/openid-configuration" />
</validate-jwt>`;

/** What is said of a comment that gives no reason. */
export const silencesWithoutReason = {
  message: "A comment that silences a rule needs a reason.",
  /** @param rules ids of the rules that it silences; empty for all */
  hint: (rules: string): string =>
    `Write it like this: <!-- turnpike-ignore ${rules === "" ? "ID" : rules}: why that is right here -->`,
};

/** What is said of a comment about rules, by their ids, that find nothing. */
export const silencesNothing = (rules: string): string => `The comment silences nothing: there is no finding of ${rules}.`;

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
