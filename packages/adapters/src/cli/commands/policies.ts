import { readFileSync } from "node:fs";
import type { AttributeSchema, ChildSchema, DocumentedError, PolicyDefinition } from "@turnpike/core";
import {
  builtInPolicies,
  escapePolicy,
  nearest,
  policyIndex,
  policyJsonSchema,
  policyPage,
  policyXsd,
} from "@turnpike/core/tools";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { paint } from "../diagnostics.js";

/** What the command can print besides, each asked for by its own option. */
const FORMS: Readonly<Record<string, (policies: readonly PolicyDefinition[]) => string>> = {
  xsd: (policies) => policyXsd(policies).trimEnd(),
  "json-schema": (policies) => JSON.stringify(policyJsonSchema(policies), null, 2),
};

/** `turnpike policies`: what is known, as help, as JSON, as a reference page, or as a schema. */
export const policiesCommand: Command = {
  usage: "policies [NAME] [--policies MODULE]",
  printsValues: true,
  details: [
    "With --json, one object a line: name, category, summary, remarks, readings, sections, scopes, attributes, children, errors.",
    "The schema that --xsd prints holds for well-formed XML; --escape FILE prints a document with plain C# as one.",
  ],
  options: {
    xsd: { type: "boolean", help: "prints an XML schema of documents and fragments, for editors" },
    "json-schema": { type: "boolean", help: "prints a JSON schema of policies as data, for tools" },
    markdown: { type: "boolean", help: "prints the reference page of NAME, or the list of all" },
    escape: { type: "string", value: "FILE", help: "prints a document with its C# escaped, as XML tools read it" },
  },
  async run(call) {
    const [name, ...others] = call.positionals;
    if (others.length > 0) throw new UsageError("'policies' takes one name.");
    const asked = ["xsd", "json-schema", "markdown"].filter((option) => call.has(option));
    if (call.text("escape") !== undefined) asked.push("escape");
    if (asked.length > 1) throw new UsageError(`'--${asked[0]}' and '--${asked[1]}' cannot stand together.`);
    const [form] = asked;
    if (form === "escape") return escaped(call.text("escape")!, call);
    const replaced = new Set(call.policies.map((policy) => policy.name));
    const policies = [...builtInPolicies.filter((policy) => !replaced.has(policy.name)), ...call.policies];
    const make = form === undefined ? undefined : FORMS[form];
    if (make !== undefined) {
      if (name !== undefined) throw new UsageError(`'--${form}' is of all policies: it takes no name.`);
      call.output.print(make(policies));
      return 0;
    }
    const named = policies.flatMap((policy) =>
      [policy.name, ...(policy.aliases ?? [])].map((element) => ({ name: element, policy })),
    );
    named.sort((a, b) => (a.name < b.name ? -1 : 1));
    const wanted = name === undefined ? named : named.filter((entry) => entry.name === name);
    if (wanted.length === 0) {
      const near = nearest(
        name!,
        named.map((entry) => entry.name),
      );
      throw new UsageError(`There is no policy '${name}'.`, near === null ? "See: turnpike policies" : `Did you mean '${near}'?`);
    }
    if (form === "markdown") {
      const introduction = "The policies that documents may name.";
      call.output.print((name === undefined ? policyIndex(policies, introduction) : policyPage(wanted[0]!.policy)).trimEnd());
      return 0;
    }
    for (const entry of wanted) {
      if (call.has("json")) call.output.print(JSON.stringify(asJson(entry.name, entry.policy)));
      else if (name === undefined) call.output.print(`${entry.name.padEnd(36)} ${entry.policy.summary}`);
      else call.output.print(explain(entry.name, entry.policy));
    }
    return 0;
  },
};

function escaped(file: string, call: CommandCall): number {
  const text = escapePolicy(readFileSync(file, "utf8"));
  if (text === null) throw new UsageError(`${file} cannot be read as a policy document.`, `See: turnpike check ${file}`);
  call.output.print(text.trimEnd());
  return 0;
}

function asJson(name: string, policy: PolicyDefinition): object {
  const { category, summary, remarks = [], readings = [], sections, scopes, attributes, children, errors = [] } = policy;
  return {
    name,
    category,
    summary,
    remarks,
    readings,
    sections,
    scopes,
    attributes: attributesJson(attributes),
    children: childrenJson(children),
    errors: errors.map(errorJson),
    supported: true,
  };
}

/** What the caller is told is null where it is the message. */
function errorJson({ when, status, reason, message, toCaller, toCallerFrom }: DocumentedError): object {
  return { when, status, reason, message, toCaller: toCaller ?? null, toCallerFrom: toCallerFrom ?? null };
}

function attributesJson(attributes: Readonly<Record<string, AttributeSchema>>): object[] {
  return Object.entries(attributes).map(([name, attribute]) => ({
    name,
    type: attribute.type,
    required: attribute.required,
    default: attribute.default,
    values: attribute.values,
    expressions: attribute.expressions,
    notes: attribute.notes,
    ...(attribute.undocumented === undefined ? {} : { undocumented: attribute.undocumented }),
  }));
}

function childrenJson(children: Readonly<Record<string, ChildSchema>>): object[] {
  return Object.entries(children).map(([name, child]) => ({
    name,
    min: child.min,
    max: Number.isFinite(child.max) ? child.max : "many",
    content: child.content,
    expressions: child.expressions,
    notes: child.notes,
    ...(child.undocumented === undefined ? {} : { undocumented: child.undocumented }),
    attributes: attributesJson(child.attributes),
    children: childrenJson(child.children),
  }));
}

function explain(name: string, policy: PolicyDefinition): string {
  const { remarks = [], readings = [], errors = [] } = policy;
  return [
    `${paint("bold", name)}  (${policy.category})`,
    policy.summary,
    ...remarks.flatMap((paragraph) => ["", paragraph]),
    "",
    `sections  ${policy.sections.join(", ")}`,
    `scopes    ${policy.scopes.join(", ")}`,
    ...explainAttributes(policy.attributes, ""),
    ...explainChildren(policy.children, ""),
    ...(readings.length === 0 ? [] : ["", "readings (where the reference leaves a question open)"]),
    ...readings.map((reading) => `  ${reading}`),
    ...(errors.length === 0 ? [] : ["", "errors"]),
    ...errors.flatMap(explainError),
  ].join("\n");
}

function explainError({ when, status, reason, message, toCaller, toCallerFrom }: DocumentedError): string[] {
  const told = [...(toCallerFrom === undefined ? [] : [toCallerFrom]), ...(toCaller === undefined ? [] : [toCaller])];
  return [
    `  ${paint("cyan", reason ?? "(no reason)")}  ${status}  ${when}`,
    `      ${message}`,
    ...(told.length === 0 ? [] : [`      to the caller: ${told.join(", otherwise: ")}`]),
  ];
}

function explainAttributes(attributes: Readonly<Record<string, AttributeSchema>>, indent: string): string[] {
  const rows = Object.entries(attributes).map(([name, attribute]) => {
    const facts = [
      attribute.values === null ? attribute.type : attribute.values.join(" | "),
      attribute.required ? "required" : attribute.default === null ? "optional" : `default ${String(attribute.default)}`,
      ...(attribute.expressions ? ["expressions"] : []),
      ...(attribute.undocumented === undefined ? [] : ["undocumented"]),
    ];
    return `${indent}  ${paint("cyan", name)}  ${facts.join(", ")}\n${indent}      ${attribute.notes}`;
  });
  return rows.length === 0 ? [] : ["", `${indent}attributes`, ...rows];
}

function explainChildren(children: Readonly<Record<string, ChildSchema>>, indent: string): string[] {
  return Object.entries(children).flatMap(([name, child]) => [
    "",
    `${indent}<${name}>  ${child.min} to ${Number.isFinite(child.max) ? child.max : "many"}${child.expressions ? ", expressions" : ""}  ${child.notes}`,
    ...explainAttributes(child.attributes, `${indent}  `),
    ...explainChildren(child.children, `${indent}  `),
  ]);
}
