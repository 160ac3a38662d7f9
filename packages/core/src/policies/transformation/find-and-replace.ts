import { definePolicy } from "../../policy/define.js";
import { text } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { bodyTooLong, replaceText } from "../bodies/text-body.js";
import { currentMessage } from "../messages.js";

/** The policy find-and-replace. */
export const findAndReplace = definePolicy({
  name: "find-and-replace",
  category: "transformation",
  summary: "Replaces every occurrence of a piece of text in the body.",
  remarks: ["Replaces every occurrence of a text in the body, by ordinal comparison, once from left to right."],
  readings: ["an empty text to look for is an error", "compressed bodies and bytes that are no text are left alone"],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    from: text({
      required: true,
      expressions: true,
      check: (from) => (from === "" ? "There is nothing to look for." : null),
      notes: "The text to look for.",
    }),
    to: text({ required: true, empty: "allowed", expressions: true, notes: "What takes its place; empty text removes it." }),
  },
  children: {},
  errors: [bodyTooLong],
  compile(element, compiler) {
    const { from, to } = element.attributes;
    const message = currentMessage(compiler.section);
    return (exchange) => {
      const searched = from.get(exchange);
      const replacement = to.get(exchange);
      return replaceText("find-and-replace", exchange, message(exchange), searched, replacement);
    };
  },
});
