import { defaultLimits } from "@turnpike/expressions";
import { Regex, Run } from "@turnpike/expressions/values";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { currentForm, type SchemaChanges } from "./json-schema-form.js";
import { faultMessage } from "./json-schema-messages.js";
import { addMetaschemas, refersToMetaschema } from "./metaschemas.js";

/** Why a value does not fit. */
export interface SchemaFault {
  readonly message: string;
  /** JSON pointer of the value inside the data. */
  readonly path: string;
}

/** A compiled schema. */
export interface SchemaValidator {
  /** The first fault; null if the value fits. Throws {@link ValidatorError} if that cannot be told. */
  check(value: unknown): SchemaFault | null;
}

/** A schema that cannot be used, or a value that cannot be held against one within bounds. */
export class ValidatorError extends Error {}

/** Largest schema, in characters. */
export const longestSchema = 4 * 1024 * 1024;

/** Formats of JSON Schema and OpenAPI. Others say nothing of a value. */
const FORMATS = [
  "date",
  "time",
  "date-time",
  "duration",
  "uri",
  "uri-reference",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uuid",
  "json-pointer",
  "byte",
  "int32",
  "int64",
  "float",
  "double",
  "password",
  "binary",
] as const;

/** Patterns ask for neither time nor chance. */
const host = { now: () => 0, randomBytes: (length: number) => new Uint8Array(length), elapsed: () => performance.now() };

/** What the patterns of one body may take altogether. A single match has the bounds that it has in expressions. */
const LIMITS = { ...defaultLimits, steps: 5_000_000, time: 1_000 };

/** What one check may still spend. */
interface Budget {
  run: Run;
}

const newRun = (): Run => new Run(host, LIMITS);

/** A pattern as .NET understands it, under bounds. */
class BoundedPattern {
  private readonly regex: Regex;

  constructor(
    private readonly pattern: string,
    private readonly budget: Budget,
  ) {
    this.regex = Regex.of(newRun(), pattern, 0);
  }

  test(text: string): boolean {
    return this.regex.isMatch(this.budget.run, text);
  }

  toString(): string {
    return this.pattern;
  }
}

/** @param meta whether it knows the schema of schemas, which takes longer to read than all else */
function newAjv(budget: Budget, meta: boolean): Ajv2020 {
  const regExp = Object.assign((pattern: string): BoundedPattern => new BoundedPattern(pattern, budget), {
    code: "boundedPattern",
  });
  const ajv = new Ajv2020({
    strict: false,
    // What is too large for a number reads as infinity, which is none.
    strictNumbers: true,
    verbose: true,
    // Only what the data itself holds: no name of Object.prototype counts as a property.
    ownProperties: true,
    logger: false,
    // The keywords check their own values.
    meta,
    validateSchema: false,
    code: { regExp },
  });
  ajvFormats.default(ajv, { formats: [...FORMATS], keywords: false });
  // Ajv's own compares every item with every other.
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    validate: (isUnique: boolean, items: readonly unknown[]) => !isUnique || areUnique(items, budget.run),
  });
  return ajv;
}

function areUnique(items: readonly unknown[], run: Run): boolean {
  const seen = new Set<string>();
  return items.every((item) => {
    const text = canonical(item);
    run.allocate(text.length);
    return !seen.has(text) && seen.add(text) !== undefined;
  });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/**
 * Compiles a JSON schema of any draft, or OpenAPI's kind. Ajv makes code of it, so that this does not work in a process that forbids code from
 * strings.
 * @param reference a local reference to a part of it (`#/components/schemas/order`); the whole one if absent
 * @throws ValidatorError that says what is wrong with the schema
 */
export function compileSchema(schema: unknown, changes: SchemaChanges, reference: string | null = null): SchemaValidator {
  try {
    const budget = { run: newRun() };
    const whole = currentForm(schema, changes);
    const knowsSchemas = refersToMetaschema(whole);
    const ajv = newAjv(budget, knowsSchemas);
    if (knowsSchemas) addMetaschemas(ajv);
    if (typeof whole !== "object" && typeof whole !== "boolean") throw new Error("it is neither an object nor a boolean.");
    if (reference === null) return new AjvValidator(ajv.compile(whole as object | boolean), budget);
    ajv.addSchema(whole as object, "schema:document");
    return new AjvValidator(ajv.compile({ $ref: `schema:document${reference}` }), budget);
  } catch (error) {
    throw new ValidatorError(reasonOf(error, "it refers to itself without end, or is nested too deep."));
  }
}

/** Why something failed, in our words where the engine's say nothing to a reader: the stack was used up. @param tooDeep those words */
function reasonOf(error: unknown, tooDeep: string): string {
  if (error instanceof RangeError && /call stack/i.test(error.message)) return tooDeep;
  return error instanceof Error ? error.message : String(error);
}

class AjvValidator implements SchemaValidator {
  constructor(
    private readonly validate: ValidateFunction,
    private readonly budget: Budget,
  ) {}

  check(value: unknown): SchemaFault | null {
    this.budget.run = newRun();
    try {
      if (this.validate(value)) return null;
      const error = lastFault(this.validate.errors ?? []);
      return { message: faultMessage(error), path: error.instancePath };
    } catch (error) {
      // Bounds of patterns; or a stack that a schema which refers to itself has used up.
      const why = reasonOf(error, "it refers to itself without end, or goes deeper into the value than can be followed.");
      throw new ValidatorError(`The schema could not be applied: ${why}`);
    } finally {
      // Ajv would keep the last body in its hands until the next one comes.
      this.validate.errors = null;
    }
  }
}

/** With branches (anyOf) the errors of each come first, and the one that sums them up last. */
function lastFault(errors: readonly ErrorObject[]): ErrorObject {
  return errors.at(-1)!;
}
