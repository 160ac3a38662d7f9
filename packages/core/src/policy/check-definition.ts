import { nearest } from "../diagnostics/nearest.js";
import type { DocumentedError } from "./declared-error.js";
import {
  type AttributeSchema,
  type ChildSchema,
  contentKinds,
  type PolicyDefinition,
  policyCategories,
  undocumentedKinds,
  valueTypes,
} from "./definition.js";
import { allScopes, allSections } from "./sections.js";

/** What a value is to be, where it is not; null: it is fine. `path` leads from the definition to the value. */
type Check = (value: unknown, path: string) => string | null;

/** The keys that an object may have, with the checks of their values. A check for a key that may be absent takes undefined. */
type Keys<T> = { readonly [K in keyof Required<T>]: Check };

/**
 * Holds a definition against what `definePolicy` takes: TypeScript does so while it compiles, JavaScript does not.
 * @throws TypeError that says what is invalid, then what is expected
 */
export function checkDefinition(definition: unknown): void {
  const fault = objectOf(definitionKeys)(definition, "");
  if (fault === null) return;
  const name = typeof definition === "object" && definition !== null && "name" in definition ? definition.name : null;
  throw new TypeError(`Invalid policy${typeof name === "string" ? ` '${name}'` : ""}: ${fault}`);
}

const text: Check = (value, path) => (typeof value === "string" ? null : expected(value, path, "a text"));
const filled: Check = (value, path) =>
  typeof value === "string" && value.trim() !== "" ? null : expected(value, path, "a text that is not empty");
const elementName: Check = (value, path) =>
  typeof value === "string" && /^[A-Za-z_][\w.-]*$/.test(value) ? null : expected(value, path, "the name of an element");
const flag: Check = (value, path) => (typeof value === "boolean" ? null : expected(value, path, "true or false"));
const count: Check = (value, path) => (typeof value === "number" && value >= 0 ? null : expected(value, path, "a number from 0"));
const limit: Check = (value, path) =>
  typeof value === "number" && !Number.isNaN(value) ? null : expected(value, path, "a number");
const callable: Check = (value, path) => (typeof value === "function" ? null : expected(value, path, "a function"));
const anything: Check = () => null;

const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined ? null : check(value, path);

const orNull =
  (check: Check): Check =>
  (value, path) =>
    value === null ? null : check(value, path);

const either =
  (first: Check, second: Check): Check =>
  (value, path) =>
    first(value, path) === null ? null : second(value, path);

const wordOf =
  (words: readonly string[]): Check =>
  (value, path) => {
    if (typeof value === "string" && words.includes(value)) return null;
    const near = typeof value === "string" ? nearest(value, words) : null;
    return `${expected(value, path, words.join(", "))}${near === null ? "" : ` Did you mean '${near}'?`}`;
  };

const listOf =
  (check: Check, least = 0): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < least)
      return expected(value, path, least === 0 ? "a list" : "a list that is not empty");
    return first(value.map((item: unknown, index) => () => check(item, `${path}[${index}]`)));
  };

const recordOf =
  (check: Check): Check =>
  (value, path) =>
    isObject(value)
      ? first(
          Object.entries(value).map(
            ([name, item]) =>
              () =>
                check(item, `${path}["${name}"]`),
          ),
        )
      : expected(value, path, "an object");

const objectOf =
  (keys: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isObject(value)) return expected(value, path, "an object");
    for (const key of Object.keys(value))
      if (!Object.hasOwn(keys, key)) {
        const near = nearest(key, Object.keys(keys));
        return `${below(path, key)} is no key: expected ${near === null ? Object.keys(keys).join(", ") : `'${near}'`}.`;
      }
    return first(
      Object.entries(keys).map(
        ([key, check]) =>
          () =>
            check(value[key], below(path, key)),
      ),
    );
  };

const attributeKeys: Keys<AttributeSchema> = {
  type: wordOf(valueTypes),
  required: flag,
  default: anything,
  values: orNull(listOf(text)),
  expressions: flag,
  notes: text,
  min: optional(limit),
  max: optional(limit),
  check: optional(callable),
  missing: optional(wordOf(["warning"])),
  empty: optional(wordOf(["refused", "allowed"])),
  undocumented: optional(wordOf(undocumentedKinds)),
};
const attributes = recordOf(objectOf(attributeKeys));

const childKeys: Keys<ChildSchema> = {
  min: count,
  max: count,
  missing: optional(wordOf(["warning"])),
  content: wordOf(contentKinds),
  expressions: flag,
  type: optional(wordOf(valueTypes)),
  empty: optional(wordOf(["refused", "allowed"])),
  undocumented: optional(wordOf(undocumentedKinds)),
  attributes,
  children: (value, path) => children(value, path),
  section: optional(wordOf(allSections)),
  own: optional(listOf((value, path) => objectOf({ ...definitionKeys, sections: anything, scopes: anything })(value, path))),
  notes: text,
};
const children = recordOf(objectOf(childKeys));

const errorKeys: Keys<DocumentedError> = {
  when: filled,
  status: either(text, limit),
  reason: orNull(text),
  message: filled,
  toCaller: optional(text),
  toCallerFrom: optional(text),
};
/** Declared errors have more: how their answers differ, and the way to throw them. */
const documentedError: Check = (value, path) =>
  isObject(value)
    ? first(
        Object.entries(errorKeys).map(
          ([key, check]) =>
            () =>
              check(value[key], below(path, key)),
        ),
      )
    : expected(value, path, "an error, as policyError declares it");

const definitionKeys: Keys<PolicyDefinition> = {
  name: elementName,
  aliases: optional(listOf(elementName)),
  category: wordOf(policyCategories),
  summary: filled,
  remarks: optional(listOf(filled)),
  readings: optional(listOf(filled)),
  sections: listOf(wordOf(allSections), 1),
  scopes: listOf(wordOf(allScopes), 1),
  attributes,
  children,
  counts: optional(flag),
  content: optional(wordOf(contentKinds)),
  text: optional(
    objectOf({ type: wordOf(valueTypes), expressions: flag, empty: optional(wordOf(["refused", "allowed"])) } satisfies Keys<
      NonNullable<PolicyDefinition["text"]>
    >),
  ),
  errors: optional(listOf(documentedError)),
  packages: optional(callable),
  fake: optional(callable),
  compile: callable,
};

/** The first fault that there is; the rest is not looked at. */
function first(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const fault = check();
    if (fault !== null) return fault;
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const below = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

function expected(value: unknown, path: string, what: string): string {
  return `${path === "" ? "it" : path} is ${shown(value)}: expected ${what}.`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (value === undefined) return "missing";
  return typeof value === "object" && value !== null ? "an object" : typeof value === "function" ? "a function" : String(value);
}
