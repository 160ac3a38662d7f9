import {
  type EffectivePolicy,
  type EffectiveSections,
  type ExplainedConfiguration,
  type ExplainedOperation,
  explainConfiguration,
} from "@turnpike/core/tools";
import { type Command, type CommandCall, type Output, UsageError } from "../command.js";
import { complainOf, readConfiguration, readingDetails, readingOptions } from "../configuration.js";
import { paint } from "../diagnostics.js";

const SECTIONS = ["inbound", "backend", "outbound", "on-error"] as const;
/** Column at which places begin, unless an element is longer. */
const PLACES = 64;
const LONGEST_TEXT = 60;

/** `turnpike explain`: an operation's pipeline in effect. */
export const explainCommand: Command = {
  usage: 'explain CONFIG "GET /path" [--product ID]',
  details: [
    ...readingDetails,
    "Scopes are joined as requests run through them: <base /> and fragments are put in, each element with its file, line and scope.",
    "Without --product it is the pipeline of calls without a key: the open product's, if the API is in one.",
    "Named values are shown by name, secrets as ***. Exit code 1: no operation answers the request, or the configuration has errors.",
  ],
  options: {
    ...readingOptions,
    product: { type: "string", value: "ID", help: "the product whose policies take part" },
    header: {
      type: "string",
      multiple: true,
      value: "TEXT",
      help: 'a header of the request, as "X-Version: 2"; may be there several times',
    },
  },
  async run(call) {
    const [path, request, ...others] = call.positionals;
    if (path === undefined || request === undefined || others.length > 0)
      throw new UsageError(
        "'explain' needs a configuration and a request.",
        'Example: turnpike explain gateway.yaml "GET /payments/accounts"',
      );
    const [, method, target] = /^\s*([A-Za-z-]+)\s+(\S+)\s*$/.exec(request) ?? [];
    if (method === undefined || target === undefined || !/^(?:\/|https?:\/\/)/i.test(target))
      throw new UsageError(`Invalid request '${request}': expected method and path, such as "GET /payments/accounts".`);
    const explained = explainConfiguration(await readConfiguration(path, call));
    const found = explained.find(method, target, headersOf(call));
    if (found === null) {
      complainOf(explained.diagnostics, call.output);
      call.output.complain(`No operation answers ${method.toUpperCase()} ${target}: 404.`);
      return 1;
    }
    const product = productOf(explained, found, call.text("product"));
    const sections = explained.sections(found, product);
    if (call.has("json")) call.output.print(JSON.stringify(asJson(explained, found, product?.id ?? null, sections)));
    else print(explained, found, product?.id ?? null, sections, call.output);
    const errors = explained.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    complainOf(errors, call.output);
    return errors.length === 0 ? 0 : 1;
  },
};

function headersOf(call: CommandCall): Record<string, string> {
  return Object.fromEntries(
    call.texts("header").map((text) => {
      const colon = text.indexOf(":");
      if (colon < 1) throw new UsageError(`Invalid header '${text}': expected name and value, such as "X-Version: 2".`);
      return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
    }),
  );
}

function productOf(explained: ExplainedConfiguration, found: ExplainedOperation, id: string | undefined) {
  if (id === undefined) return explained.openProduct(found);
  const product = found.products.find((candidate) => candidate.id === id);
  if (product !== undefined) return product;
  const known = found.products.map((candidate) => candidate.id);
  throw new UsageError(
    `The API ${found.api.id} is not in a product ${id}.`,
    known.length === 0 ? "It is in none." : `It is in ${known.join(", ")}.`,
  );
}

function asJson(
  explained: ExplainedConfiguration,
  found: ExplainedOperation,
  product: string | null,
  sections: EffectiveSections,
): object {
  const { api, operation, products } = found;
  return {
    api: { id: api.id, name: api.name, version: api.version, revision: api.revision, workspace: api.workspace?.id ?? null },
    operation: { id: operation.id, method: operation.method, urlTemplate: operation.urlTemplate },
    url: explained.urlOf(found),
    serviceUrl: serviceUrl(explained, found),
    product,
    products: products.map((entry) => entry.id),
    ...sections,
    diagnostics: explained.diagnostics,
  };
}

function serviceUrl({ mask }: ExplainedConfiguration, { api }: ExplainedOperation): string | null {
  return api.serviceUrl === null ? null : mask.text(api.serviceUrl.toString());
}

function print(
  explained: ExplainedConfiguration,
  found: ExplainedOperation,
  product: string | null,
  sections: EffectiveSections,
  output: Output,
): void {
  const { api, operation, products } = found;
  const workspace = api.workspace === null ? "" : `, workspace ${api.workspace.id}`;
  const version = api.version === null ? "" : `, version ${api.version}`;
  output.print(paint("bold", `${operation.method} ${explained.urlOf(found)}`, output.stdout));
  output.print(`API ${api.id}${version}, revision ${api.revision}${workspace}; operation ${operation.id}`);
  const others = products.filter((other) => other.id !== product).map((other) => other.id);
  output.print(`product: ${product ?? "none"}${others.length === 0 ? "" : ` (also in ${others.join(", ")}: --product)`}`);
  output.print(`service URL: ${serviceUrl(explained, found) ?? "none"}`);
  for (const section of SECTIONS) {
    output.print(`\n${paint("bold", section, output.stdout)}`);
    if (sections[section].length === 0) output.print("  nothing");
    for (const policy of sections[section]) printPolicy(policy, 1, output);
  }
}

function printPolicy(policy: EffectivePolicy, depth: number, output: Output): void {
  const text = `${"  ".repeat(depth)}${elementText(policy)}`;
  output.print(`${text.padEnd(PLACES)} ${paint("gray", placeText(policy), output.stdout)}`);
  for (const child of policy.elements) printPolicy(child, depth + 1, output);
}

/** An element's start tag and the beginning of its text. */
export function elementText({ name, attributes, text }: EffectivePolicy): string {
  const listed = Object.entries(attributes).map(([key, value]) => ` ${key}="${oneLine(value)}"`);
  return `<${name}${listed.join("")}>${text === null ? "" : ` ${oneLine(text)}`}`;
}

/** `global.xml:3 global`, and the fragment if it stands in one. */
export function placeText({ file, line, scope, fragment }: EffectivePolicy): string {
  return `${file}:${line} ${scope}${fragment === null ? "" : `, fragment ${fragment}`}`;
}

function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length > LONGEST_TEXT ? `${flat.slice(0, LONGEST_TEXT)}…` : flat;
}
