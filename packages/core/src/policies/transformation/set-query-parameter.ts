import { definePolicy } from "../../policy/define.js";
import { many, oneOf, text, valueChild } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { textValue } from "../text.js";
import { existsActions } from "./header-change.js";

/** The policy set-query-parameter. */
export const setQueryParameter = definePolicy({
  name: "set-query-parameter",
  category: "transformation",
  summary: "Adds, replaces, appends to or removes a query parameter of the request.",
  remarks: [
    "Changes a parameter of the request's query. Names match without regard to case and are written as given; a replaced parameter stays at the place of its first occurrence, new ones come last; parameters that are not touched keep their text. Values that an expression gives as null are left out. (The reference leaves these open.)",
  ],
  sections: ["inbound", "backend"],
  scopes: allScopes,
  attributes: {
    name: text({ required: true, expressions: true, notes: "The parameter's name." }),
    "exists-action": oneOf(existsActions, {
      default: "override",
      expressions: true,
      notes: "What happens if the parameter is there: override it, skip the change, append to it, or delete it.",
    }),
  },
  children: {
    value: valueChild({
      max: many,
      notes: "One value; repeat the element for several parameters of that name. Not needed for delete.",
    }),
  },
  compile(element) {
    const { name, "exists-action": action } = element.attributes;
    const values = element.children.value.map((value) => textValue(value.text));
    return (exchange) => {
      const { request } = exchange;
      const parameter = name.get(exchange);
      const wanted = action.get(exchange);
      if (wanted === "delete") request.url = request.url.deleteQuery(parameter);
      else if (wanted !== "skip" || !request.url.query.has(parameter)) {
        const texts = values.map((value) => value.get(exchange)).filter((resolved) => resolved !== null);
        request.url = wanted === "append" ? request.url.addQuery(parameter, ...texts) : request.url.setQuery(parameter, ...texts);
      }
      return "continue";
    };
  },
});
