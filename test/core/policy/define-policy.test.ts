import { createGateway, definePolicy, type PolicyDefinition } from "@turnpike/core";
import { expect, it } from "vitest";

/** A whole definition, with some of it as JavaScript may have it. */
const defined = (changes: Readonly<Record<string, unknown>>): PolicyDefinition =>
  definePolicy({
    name: "own",
    category: "logging",
    summary: "Does nothing.",
    sections: ["inbound"],
    scopes: ["api"],
    attributes: {},
    children: {},
    compile: () => () => "continue",
    ...changes,
  } as PolicyDefinition);

const attribute = { type: "string", required: false, default: null, values: null, expressions: false, notes: "A text." };
const child = { min: 0, max: 1, content: "text", expressions: false, attributes: {}, children: {}, notes: "A child." };

it("takes what is whole", () => {
  const definition = defined({
    aliases: ["other-name"],
    remarks: ["It is small."],
    readings: ["nothing is something"],
    attributes: { name: attribute },
    children: { value: { ...child, children: { "(any policy)": child } } },
    text: { type: "string", expressions: true },
    errors: [{ when: "it is late", status: "503 or 504", reason: null, message: "Late." }],
  });
  expect(definition.name).toBe("own");
});

it.each<[string, Readonly<Record<string, unknown>>, string]>([
  ["a key that there is not", { atributes: {} }, "Invalid policy 'own': atributes is no key: expected 'attributes'."],
  ["a key that is missing", { children: undefined }, "Invalid policy 'own': children is missing: expected an object."],
  ["no name", { name: undefined }, "Invalid policy: name is missing: expected the name of an element."],
  ["a name that no element has", { name: "a b" }, "Invalid policy 'a b': name is 'a b': expected the name of an element."],
  [
    "a section that there is not",
    { sections: ["inbound", "outbond"] },
    "Invalid policy 'own': sections[1] is 'outbond': expected inbound, backend, outbound, on-error. Did you mean 'outbound'?",
  ],
  ["no section", { sections: [] }, "Invalid policy 'own': sections is an empty list: expected a list that is not empty."],
  ["a scope that is no list", { scopes: "api" }, "Invalid policy 'own': scopes is 'api': expected a list that is not empty."],
  ["no summary", { summary: " " }, "Invalid policy 'own': summary is ' ': expected a text that is not empty."],
  ["no step", { compile: "continue" }, "Invalid policy 'own': compile is 'continue': expected a function."],
  [
    "an attribute's type",
    { attributes: { name: { ...attribute, type: "text" } } },
    `Invalid policy 'own': attributes["name"].type is 'text': expected string, boolean, integer, number, duration-seconds, enum, expression, object.`,
  ],
  [
    "an attribute's key",
    { attributes: { name: { ...attribute, note: "" } } },
    `Invalid policy 'own': attributes["name"].note is no key: expected 'notes'.`,
  ],
  [
    "a child of a child",
    { children: { a: { ...child, children: { b: { ...child, min: -1 } } } } },
    `Invalid policy 'own': children["a"].children["b"].min is -1: expected a number from 0.`,
  ],
  [
    "an error without its message",
    { errors: [{ when: "always", status: 400, reason: "Bad" }] },
    "Invalid policy 'own': errors[0].message is missing: expected a text that is not empty.",
  ],
])("says what is wrong with %s", (_what, changes, message) => {
  expect(() => defined(changes)).toThrow(new TypeError(message));
});

it("a gateway holds against the same what did not come from definePolicy", async () => {
  const policy = { name: "own", compile: () => () => "continue" } as unknown as PolicyDefinition;
  await expect(createGateway({ apis: {} }, { policies: [policy] })).rejects.toThrow(
    "Invalid policy 'own': category is missing: expected rate-limiting,",
  );
});
