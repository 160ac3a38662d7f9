// The parity ledger: what of API Management's reference is here, what is not, and why. `pnpm run reference` writes docs/reference/parity.md.
import { readFileSync } from "node:fs";
import { fileSchemas } from "@turnpike/core/testing";
import { builtInPolicies, contextTypes } from "@turnpike/core/tools";
import { builtinScope, createTypeScope } from "@turnpike/expressions/values";

const root = new URL("../", import.meta.url);
const read = (path) => JSON.parse(readFileSync(new URL(path, root), "utf8"));
const namesOf = (kind) => read(`test/conformance/names/${kind}.json`);
const notes = read("scripts/parity.json");
const scope = createTypeScope(contextTypes, builtinScope);

/** Names of the specification that are neither here nor said to be missing, by kind. All lists are empty where the ledger is true. */
export function unknownNames() {
  return {
    policies: unknownPolicies(),
    context: unknownContext(),
    types: unknownTypes(),
    entities: unknownEntities(),
    tiers: unknownTiers(),
  };
}

function unknownPolicies() {
  return Object.entries(namesOf("policies")).flatMap(([policy, { aliases, names }]) => {
    const definition = definitionOf(policy);
    if (definition === undefined) return [policy];
    const have = new Set(pathsOf(definition));
    return [
      ...aliases.filter((alias) => !definition.aliases?.includes(alias)),
      ...names.filter((name) => name !== "@id" && !have.has(name)).map((name) => `${policy} ${name}`),
    ];
  });
}

function unknownContext() {
  const { types } = namesOf("context");
  return Object.entries(types).flatMap(([type, members]) =>
    missingIn(
      type,
      members.filter((member) => notes.context[type]?.[member] === undefined),
    ),
  );
}

function unknownTypes() {
  return Object.entries(namesOf("types")).flatMap(([type, members]) => missingIn(type, members));
}

function unknownEntities() {
  const { here, not } = notes.entities;
  return Object.entries(namesOf("entities")).flatMap(([entity, properties]) =>
    properties
      .filter((property) => {
        const place = here[entity]?.[property];
        return place === undefined ? not[entity]?.[property] === undefined : !isInSchema(place);
      })
      .map((property) => `${entity} ${property}`),
  );
}

const unknownTiers = () => namesOf("tiers").filter((feature) => notes.tiers[feature] === undefined);

const definitionOf = (name) => builtInPolicies.find((policy) => policy.name === name);

/** Every attribute and child of an element, as `child/child@attribute`. */
function pathsOf({ attributes, children }, path = "") {
  return [
    ...Object.keys(attributes).map((name) => `${path}@${name}`),
    ...Object.entries(children).flatMap(([name, child]) => {
      const inner = path === "" ? name : `${path}/${name}`;
      return [inner, ...pathsOf(child, inner)];
    }),
  ];
}

/** A type by the name that the reference gives it: without arguments, nested ones with a dot. */
function typeOf(name) {
  const forms = [name, name.replace(/^X509Certificate2$/, "System.Security.Cryptography.X509Certificates.X509Certificate2")];
  forms.push(name.replace(/<.*>$/, ""));
  const nested = /^(.*)\.([^.]+)$/.exec(name);
  if (nested !== null) forms.push(`${nested[1]}+${nested[2]}`);
  for (const form of forms) {
    const found = scope.find(form);
    if (found !== null) return found;
  }
  return null;
}

/** Members that every object has, constructors and indexers, which have no name of their own. */
const OF_ALL = new Set(["ToString", "Equals", "GetHashCode", "(Constructor)", "Item"]);

function missingIn(type, members) {
  const found = typeOf(type);
  if (found === null) return [type];
  return members.filter((member) => !OF_ALL.has(member) && !hasMember(found, member)).map((member) => `${type}.${member}`);
}

/** Of its own, of what it is derived from, or by an extension method. */
function hasMember(type, member) {
  for (let at = type; at != null; at = at.baseType) if (at.members(member).length > 0) return true;
  return EXTENSIONS.some((name) => scope.find(name).members(member).length > 0);
}

/** The types whose methods extend those of certificates. */
const EXTENSIONS = ["PolicyExtensions", "System.Security.Cryptography.X509Certificates.RSACertificateExtensions"];

/** Does the configuration's schema have a place: `apis.*.name`? */
function isInSchema(place) {
  const look = (schema, [key, ...rest]) => {
    if (key === undefined) return true;
    const forms = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    return forms.some((form) => {
      const next = key === "*" ? form.additionalProperties : form.properties?.[key];
      return typeof next === "object" && look(next, rest);
    });
  };
  return look(fileSchemas()["gateway.json"], place.split("."));
}

const code = (text) => `\`${text}\``;
const cell = (text) => text.replaceAll("|", "\\|");
const list = (names) => (names.length === 0 ? "" : names.map((name) => code(name.replace(/^@/, ""))).join(", "));

/** The page docs/reference/parity.md. */
export function parityPage() {
  return `${[
    "# Parity",
    "What of API Management's reference is here, name by name: as the reference, different, or not here, and why. A test holds the page against lists of the reference's names; `pnpm run reference` writes it.",
    `${Object.keys(namesOf("policies")).length} policies, ${namesOf("tiers").length} differences between gateways, ${Object.values(namesOf("context").types).flat().length} members of \`context\`, ${Object.keys(namesOf("types")).length} .NET types, ${Object.values(namesOf("entities")).flat().length} properties of entities.`,
    ...policiesPart(),
    ...contextPart(),
    ...typesPart(),
    ...entitiesPart(),
    ...tiersPart(),
  ].join("\n\n")}\n`;
}

function policiesPart() {
  const rows = Object.keys(namesOf("policies")).map((name) => {
    const definition = definitionOf(name);
    const said = notes.policies[name] ?? {};
    const silent = withoutEffect(definition);
    const documented = namesOf("policies")[name].names.filter(
      (path) => path !== "@id" && said[path] === undefined && !silent.includes(path),
    );
    const of = (kind) =>
      Object.entries(said)
        .filter(([, [is]]) => is === kind)
        .map(([path, [, why]]) => `${code(path)}: ${why}`);
    const none =
      silent.length === 0
        ? []
        : [`${list(silent)}: taken without effect, as the reference does not name ${silent.length === 1 ? "it" : "them"}`];
    return `| [${name}](policies/${name}.md) | ${list(documented)} | ${cell(of("differs").join("; "))} | ${cell([...of("not"), ...none].join("; "))} |`;
  });
  const readings = builtInPolicies
    .filter(({ readings = [] }) => readings.length > 0)
    .map(({ name }) => `[${name}](policies/${name}.md)`);
  return [
    "## Policies",
    "Attributes and children by their paths: `child/child@attribute`. Every policy takes `id`.",
    ["| policy | as the reference | differs, because | not here, because |", "| --- | --- | --- | --- |", ...rows].join("\n"),
    `How a policy reads what the reference leaves open stands on its page: ${readings.join(", ")}.`,
  ];
}

/** What a policy takes and passes over. */
function withoutEffect({ attributes, children }, path = "") {
  const of = (entries, form) =>
    entries.filter(([, { undocumented }]) => undocumented === "no-effect").map(([name]) => form(name));
  return [
    ...of(Object.entries(attributes), (name) => `${path}@${name}`),
    ...Object.entries(children).flatMap(([name, child]) => {
      const inner = path === "" ? name : `${path}/${name}`;
      return [...(child.undocumented === "no-effect" ? [inner] : []), ...withoutEffect(child, inner)];
    }),
  ];
}

function contextPart() {
  const { types, extensionMethods } = namesOf("context");
  const rows = Object.entries(types).map(([type, members]) => {
    const said = notes.context[type] ?? {};
    const of = (kind) =>
      Object.entries(said)
        .filter(([, [is]]) => is === kind)
        .map(([name, [, why]]) => `${code(name)}: ${why}`)
        .join("; ");
    return `| ${code(type)} | ${list(members.filter((member) => said[member] === undefined))} | ${of("differs")} | ${of("not")} |`;
  });
  return [
    "## The context of expressions",
    ["| type | as the reference | differs, because | not here, because |", "| --- | --- | --- | --- |", ...rows].join("\n"),
    `Methods on other types, as the reference: ${list(extensionMethods)}.`,
  ];
}

function typesPart() {
  const rows = Object.entries(namesOf("types")).map(([type, members]) => {
    const [is, why] = notes.types[type] ?? ["as", null];
    const names = members.length === 0 ? "all members that the reference allows" : list(members);
    return `| ${code(type)} | ${is === "as" ? names : ""} | ${is === "differs" ? why : ""} | ${is === "not" ? why : ""} |`;
  });
  return [
    "## .NET types",
    "[Expressions](expressions.md) tells what their members do.",
    ["| type | as the reference | differs, because | not here, because |", "| --- | --- | --- | --- |", ...rows].join("\n"),
  ];
}

function entitiesPart() {
  const { here, not } = notes.entities;
  const rows = Object.entries(namesOf("entities")).flatMap(([entity, properties]) =>
    properties.map((property) => {
      const place = here[entity]?.[property];
      const why = not[entity]?.[property];
      return `| ${entity} | ${code(property)} | ${place === undefined ? "" : code(place)} | ${why ?? ""} |`;
    }),
  );
  return [
    "## Entities",
    "Where a property stands in a [configuration](configuration.md); `*` is the entity's own id.",
    ["| entity | property | here | not here, because |", "| --- | --- | --- | --- |", ...rows].join("\n"),
  ];
}

function tiersPart() {
  const words = { as: "as the reference", differs: "differs", not: "not here" };
  const rows = namesOf("tiers").map((feature) => {
    const [is, why] = notes.tiers[feature];
    return `| ${feature} | ${words[is]} | ${why ?? ""} |`;
  });
  return [
    "## Differences between gateways",
    "Gateways of API Management differ in what they have. Turnpike has it on every gateway, unless it says otherwise.",
    ["| feature | here | |", "| --- | --- | --- |", ...rows].join("\n"),
  ];
}
