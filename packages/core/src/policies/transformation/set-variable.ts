import { Boxed, NetArray, NetObject } from "@turnpike/expressions/values";
import { expressionError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import { text, value } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { netTypeName } from "../net-type-name.js";

const typeNotAllowed = expressionError(
  "a value of a type that no variable may have",
  "Expression return type '{type}' is not allowed.",
);

/** The policy set-variable. */
export const setVariable = definePolicy({
  name: "set-variable",
  category: "transformation",
  summary: "Creates or replaces a context variable for this request.",
  remarks: [
    "Sets a context variable. The reference lists the types that a value may have; beyond that list the gateway's own types (IResponse, Jwt …) are let through, because published documents pass them on. Names are case-sensitive. Null is stored: the key exists then.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    name: text({ required: true, notes: "The variable's name; case counts." }),
    value: value({
      required: true,
      empty: "allowed",
      expressions: true,
      notes: "Text, or an expression whose value keeps its .NET type.",
    }),
  },
  children: {},
  errors: [typeNotAllowed],
  compile(element) {
    const name = element.attributes.name.literal!;
    const given = element.attributes.value;
    // The value as written: what named values hold may be secret.
    const done = { message: "Context variable was successfully set.", name, value: given.source };
    return (exchange) => {
      const { value: result, identity } = given.getObject(exchange);
      const refused = given.literal === undefined ? refusedType(result) : null;
      if (refused !== null) throw typeNotAllowed.error({ type: refused });
      exchange.variables.set(name, result, identity);
      exchange.observer?.message("set-variable", exchange.section, done);
      return "continue";
    };
  },
});

const SYSTEM_TYPES = new Set(["System.Decimal", "System.Guid", "System.DateTime", "System.TimeSpan"]);

/** The name of a value's type if no variable may hold it; null if one may. */
function refusedType(value: unknown): string | null {
  if (value instanceof Boxed) return value.type.kind === "enum" ? value.type.fullName : null;
  if (value instanceof NetArray) {
    const element = value.elementType.fullName;
    return value.rank === 1 && (element === "System.Byte" || element === "System.SByte") ? null : `${element}[]`;
  }
  if (!(value instanceof NetObject)) return typeof value === "object" && value !== null ? "anonymous type" : null;
  const name = netTypeName(value);
  return name.startsWith("System.") && !SYSTEM_TYPES.has(name) ? name : null;
}
