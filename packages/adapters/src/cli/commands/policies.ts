import type { AttributeSchema, ChildSchema, DocumentedError, PolicyDefinition } from "@turnpike/core";
import { builtInPolicies, nearest } from "@turnpike/core/tools";
import { type Command, UsageError } from "../command.js";
import { paint } from "../diagnostics.js";

/** `turnpike policies`: what is known, as help or as JSON. */
export const policiesCommand: Command = {
  name: "policies",
  usage: "policies [NAME]",
  summary: "lists the policies known, or explains one",
  details: [
    "With --json, one object a line: name, category, summary, remarks, readings, sections, scopes, attributes, children, errors.",
  ],
  options: {},
  async run(call) {
    const [name, ...others] = call.positionals;
    if (others.length > 0) throw new UsageError("'policies' takes one name.");
    const named = builtInPolicies.flatMap((policy) =>
      [policy.name, ...(policy.aliases ?? [])].map((one) => ({ name: one, policy })),
    );
    named.sort((a, b) => (a.name < b.name ? -1 : 1));
    const wanted = name === undefined ? named : named.filter((one) => one.name === name);
    if (wanted.length === 0) {
      const near = nearest(
        name!,
        named.map((one) => one.name),
      );
      throw new UsageError(`There is no policy '${name}'.`, near === null ? "See: turnpike policies" : `Did you mean '${near}'?`);
    }
    for (const one of wanted) {
      if (call.has("json")) call.output.print(JSON.stringify(asJson(one.name, one.policy)));
      else if (name === undefined) call.output.print(`${one.name.padEnd(36)} ${one.policy.summary}`);
      else call.output.print(explain(one.name, one.policy));
    }
    return 0;
  },
};

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
  return Object.entries(attributes).map(([name, one]) => ({
    name,
    type: one.type,
    required: one.required,
    default: one.default,
    values: one.values,
    expressions: one.expressions,
    notes: one.notes,
    ...(one.undocumented === undefined ? {} : { undocumented: one.undocumented }),
  }));
}

function childrenJson(children: Readonly<Record<string, ChildSchema>>): object[] {
  return Object.entries(children).map(([name, one]) => ({
    name,
    min: one.min,
    max: Number.isFinite(one.max) ? one.max : "many",
    content: one.content,
    expressions: one.expressions,
    notes: one.notes,
    ...(one.undocumented === undefined ? {} : { undocumented: one.undocumented }),
    attributes: attributesJson(one.attributes),
    children: childrenJson(one.children),
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
  const rows = Object.entries(attributes).map(([name, one]) => {
    const facts = [
      one.values === null ? one.type : one.values.join(" | "),
      one.required ? "required" : one.default === null ? "optional" : `default ${String(one.default)}`,
      ...(one.expressions ? ["expressions"] : []),
      ...(one.undocumented === undefined ? [] : ["undocumented"]),
    ];
    return `${indent}  ${paint("cyan", name)}  ${facts.join(", ")}\n${indent}      ${one.notes}`;
  });
  return rows.length === 0 ? [] : ["", `${indent}attributes`, ...rows];
}

function explainChildren(children: Readonly<Record<string, ChildSchema>>, indent: string): string[] {
  return Object.entries(children).flatMap(([name, one]) => [
    "",
    `${indent}<${name}>  ${one.min} to ${Number.isFinite(one.max) ? one.max : "many"}${one.expressions ? ", expressions" : ""}  ${one.notes}`,
    ...explainAttributes(one.attributes, `${indent}  `),
    ...explainChildren(one.children, `${indent}  `),
  ]);
}
