import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readTestFile } from "@turnpike/core/testing";
import {
  builtInPolicies,
  checkDocument,
  escapePolicy,
  parsePolicy,
  policyJsonSchema,
  policyXsd,
  type XmlElement,
} from "@turnpike/core/tools";
import { Ajv2020 } from "ajv/dist/2020.js";
import { XmlDocument, XsdValidator } from "libxml2-wasm";
import { afterAll, expect, it } from "vitest";

const schema = XmlDocument.fromString(policyXsd(builtInPolicies));
const validator = XsdValidator.fromDoc(schema);
afterAll(() => {
  validator.dispose();
  schema.dispose();
});

const isJson = new Ajv2020({ strict: false, validateFormats: false }).compile(policyJsonSchema(builtInPolicies));

/** What is wrong with a document by the XML schema; null: nothing. */
function fault(text: string): string | null {
  const document = XmlDocument.fromString(escapePolicy(text)!);
  try {
    validator.validate(document);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    document.dispose();
  }
}

/** Every document of the examples, as their test files hold them. */
function exampleDocuments(): [string, string][] {
  const folder = fileURLToPath(new URL("../../../docs/examples/policies/", import.meta.url));
  const found: [string, string][] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".policy-test.yaml"))) {
    const look = (value: unknown, path: string): void => {
      if (typeof value === "string" && /^\s*<(?:policies|fragment)/.test(value)) found.push([`${file} ${path}`, value]);
      else if (typeof value === "object" && value !== null)
        for (const [key, item] of Object.entries(value)) look(item, `${path}.${key}`);
    };
    look(readTestFile(folder + file).data, "");
  }
  return found;
}

const examples = exampleDocuments();

it("documents of the examples are valid by the XML schema, and as data by the JSON schema", () => {
  expect(examples.length).toBeGreaterThan(60);
  for (const [name, text] of examples) {
    expect(checkDocument(text).ok, name).toBe(true);
    expect(fault(text), name).toBeNull();
    if (!text.includes("<policies")) continue;
    expect(isJson(dataOf(text)) ? null : isJson.errors, name).toBeNull();
  }
});

const inbound = (content: string): string => `<policies><inbound>${content}</inbound></policies>`;

it.each([
  ["an unknown policy", inbound("<set-heder />"), "set-heder"],
  ["an unknown attribute", inbound('<set-method metod="GET">GET</set-method>'), "metod"],
  ["an attribute that is missing", inbound('<rate-limit calls="1" />'), "renewal-period"],
  ["a value that is no number", inbound('<rate-limit calls="many" renewal-period="60" />'), "calls"],
  ["a value that is too large", inbound('<rate-limit calls="1" renewal-period="301" />'), "renewal-period"],
  [
    "a word that is none of those listed",
    inbound('<set-header name="A" exists-action="replace"><value>1</value></set-header>'),
    "exists-action",
  ],
  ["a policy in a section where it cannot stand", inbound("<forward-request />"), "forward-request"],
  [
    "the same inside of a branch",
    inbound('<choose><when condition="@(true)"><forward-request /></when></choose>'),
    "forward-request",
  ],
  ["an unknown child", inbound("<ip-filter action='allow'><adress>10.0.0.1</adress></ip-filter>"), "adress"],
])("%s is not valid", (what, text, named) => {
  expect(checkDocument(text).ok).toBe(false);
  expect(fault(text)).toContain(named);
  // Sections of nested policies and sizes of numbers that are written as text are beyond it.
  if (!what.startsWith("the same") && !what.includes("too large")) expect(isJson(dataOf(text))).toBe(false);
});

it.each([
  [
    "an attribute with plain quotes, ampersands and less-than signs",
    inbound(`<set-variable name="a" value="@(context.Request.Headers.GetValueOrDefault("X","") == "<b>" && 1 < 2)" />`),
    `value="@(context.Request.Headers.GetValueOrDefault(&quot;X&quot;,&quot;&quot;) == &quot;&lt;b&gt;&quot; &amp;&amp; 1 &lt; 2)"`,
  ],
  ["an escaped attribute", inbound('<set-variable name="a" value="@(1 &lt; 2)" />'), 'value="@(1 &lt; 2)"'],
  [
    "a text",
    inbound('<set-body>@(1 < 2 ? "&" : "")</set-body>'),
    "<set-body>@(1 &lt; 2 ? &quot;&amp;&quot; : &quot;&quot;)</set-body>",
  ],
  ["CDATA", inbound("<set-body><![CDATA[<a>&</a>]]></set-body>"), "<![CDATA[<a>&</a>]]>"],
  ["a comment with two hyphens", inbound("<!-- a -- b --><base />"), "<!-- a - - b -->"],
])("escapes %s so that XML tools read the same", (_, text, expected) => {
  const escaped = escapePolicy(text)!;
  expect(escaped).toContain(expected);
  XmlDocument.fromString(escaped).dispose();
  // Read by Turnpike, it is the same document.
  expect(textsOf(escaped)).toEqual(textsOf(text));
});

it("cannot escape what is no document", () => {
  expect(escapePolicy("<policies><inbound>")).toBeNull();
});

function rootOf(text: string): XmlElement {
  return parsePolicy(text).document!.roots[0]!;
}

function textsOf(text: string): unknown {
  const of = (element: XmlElement): unknown => [
    element.name,
    element.attributes.map(({ name, value }) => [name, value.text]),
    element.texts.map(({ value }) => value.text),
    element.elements.map(of),
  ];
  return of(rootOf(text));
}

/** A document as data, as the JSON schema describes it. */
function dataOf(text: string): object {
  const root = rootOf(text);
  return {
    ...attributesOf(root),
    ...Object.fromEntries(root.elements.map((section) => [section.name, section.elements.map(policyData)])),
  };
}

const attributesOf = ({ attributes }: XmlElement): object =>
  Object.fromEntries(attributes.map(({ name, value }) => [`@${name}`, value.text]));

const policyData = (element: XmlElement): object => ({
  [element.name]: elementData(
    element,
    builtInPolicies.find(({ name, aliases = [] }) => [name, ...aliases].includes(element.name)),
  ),
});

type Content = { readonly content?: string; readonly children: Readonly<Record<string, Content>> };

function elementData(element: XmlElement, schema: Content | undefined): object {
  const written = element.texts.map(({ value }) => value.text).join("");
  if (schema?.content === "policies") return { ...attributesOf(element), "#policies": element.elements.map(policyData) };
  const children: Record<string, object[]> = {};
  const isMarkup = schema?.content === "raw" && element.elements.some(({ name }) => !(name in schema.children));
  if (!isMarkup)
    for (const child of element.elements) (children[child.name] ??= []).push(elementData(child, schema?.children[child.name]));
  return {
    ...attributesOf(element),
    ...(isMarkup ? { "#text": "markup" } : written.trim() === "" ? {} : { "#text": written }),
    ...children,
  };
}
