import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { placeAt } from "../apiops/json-place.js";
import { evaluate, memberOf, type Scope, withLocals } from "./evaluate.js";
import { type Expression, ExpressionError, readExpression } from "./expression.js";
import { callPure } from "./functions.js";
import { templateProblems } from "./problems.js";
import type { ReadTemplate, TemplateFiles, TemplateNote, TemplatePlace, TemplateResource } from "./resource.js";
import { firstUnknown, isMapping, Unknown, type Value } from "./value.js";

/** Deployments inside of deployments. */
const DEEPEST = 20;
/** Turns of a copy loop, as Azure has it. */
const MOST_COPIES = 800;

/** Functions that only a deployment can answer, and what they stand for. */
const AT_DEPLOYMENT = "is only known once it is deployed";

/**
 * Reads a template of Azure Resource Manager.
 * @param file as it is named in findings
 * @param parameters values by name
 */
export function readArmTemplate(
  text: string,
  file: string,
  parameters: ReadonlyMap<string, Value>,
  files: TemplateFiles,
): ReadTemplate {
  const found = { resources: [] as TemplateResource[], notes: [] as TemplateNote[], origins: new Map<string, TemplatePlace>() };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  for (const { error, offset } of errors.slice(0, 1))
    found.notes.push({
      place: { file, ...placeAt(text, offset) },
      problem: templateProblems.unreadable(`${printParseErrorCode(error)}.`),
    });
  if (root !== undefined && errors.length === 0) new ArmTemplate({ text, file }, root, parameters, files, found, 0).run();
  return found;
}

interface Found {
  readonly resources: TemplateResource[];
  readonly notes: TemplateNote[];
}

interface Written {
  readonly text: string;
  readonly file: string;
}

class ArmTemplate {
  private readonly variables = new Map<string, Value>();
  private readonly busy = new Set<string>();
  private readonly given = new Map<string, Value>();
  private readonly scope: Scope;

  constructor(
    private readonly written: Written,
    private readonly root: Node,
    private readonly parameters: ReadonlyMap<string, Value>,
    private readonly files: TemplateFiles,
    private readonly found: Found,
    private readonly depth: number,
  ) {
    this.scope = {
      local: () => undefined,
      call: (name, args, at, scope) => this.call(name, args, at, scope),
    };
  }

  run(): void {
    this.resourcesIn(child(this.root, "resources"), this.scope, "", []);
  }

  private resourcesIn(list: Node | undefined, scope: Scope, outerType: string, outerNames: readonly Value[]): void {
    const items =
      list?.type === "object"
        ? (list.children ?? []).flatMap((property) => property.children?.slice(1) ?? [])
        : (list?.children ?? []);
    for (const item of items) if (item.type === "object") this.resource(item, scope, outerType, outerNames);
  }

  private resource(node: Node, scope: Scope, outerType: string, outerNames: readonly Value[]): void {
    const written = String(child(node, "type")?.value ?? "").split("@")[0]!;
    if (child(node, "existing")?.value === true) return;
    const type = outerType === "" || written.includes(".") ? written : `${outerType}/${written}`;
    const isDeployment = type.toLowerCase() === "microsoft.resources/deployments";
    if (!isDeployment && !type.toLowerCase().startsWith("microsoft.apimanagement/")) return;
    const copy = child(node, "copy");
    if (copy === undefined) return this.once(node, type, scope, outerNames);
    const count = this.value(child(copy, "count"), scope);
    const name = String(this.value(child(copy, "name"), scope));
    const unknown = firstUnknown(count);
    if (unknown !== null || !(Number(count) >= 0 && Number(count) <= MOST_COPIES)) {
      const why = unknown?.why ?? `${String(count)} is no number of copies up to ${MOST_COPIES}`;
      return this.note(copy, templateProblems.loopUndecided(type, why));
    }
    for (let index = 0; index < Number(count); index++) this.once(node, type, withCopy(scope, name, index), outerNames);
  }

  private once(node: Node, type: string, scope: Scope, outerNames: readonly Value[]): void {
    const condition = child(node, "condition");
    const isThere = condition === undefined ? true : this.value(condition, scope);
    if (isThere === false || isThere === "false") return;
    if (isThere instanceof Unknown) this.note(condition!, templateProblems.conditionUndecided(type, isThere.why));
    if (type.toLowerCase() === "microsoft.resources/deployments") return this.deployment(node, scope);
    const own = this.value(child(node, "name"), scope);
    const names = [...outerNames, own];
    const properties = child(node, "properties");
    const value = properties === undefined ? {} : this.value(properties, scope);
    if (value instanceof Unknown)
      return this.note(properties!, templateProblems.propertyUndecided("properties", type, value.why));
    this.found.resources.push({
      type,
      names,
      properties: isMapping(value) ? value : {},
      place: this.place(node.offset),
      propertyPlace: (name) => {
        const at = properties === undefined ? undefined : child(properties, name);
        return at === undefined ? null : this.place(at.offset);
      },
      placeOf: (at) => this.place(at),
    });
    this.resourcesIn(child(node, "resources"), scope, type, names);
  }

  /** A template inside of the template, or beside it. */
  private deployment(node: Node, scope: Scope): void {
    const properties = child(node, "properties");
    if (properties === undefined) return;
    if (this.depth >= DEEPEST) return this.note(node, templateProblems.notRead(`A deployment ${DEEPEST} levels deep`));
    const own = this.parametersOf(child(properties, "parameters"), scope);
    const template = child(properties, "template");
    if (template !== undefined) {
      const isInner =
        String(inside(properties, ["expressionEvaluationOptions", "scope"])?.value ?? "outer").toLowerCase() === "inner";
      const { written, files, found, depth } = this;
      // Of the outer scope unless it says otherwise: its expressions are those of this template.
      if (!isInner) return this.resourcesIn(child(template, "resources"), scope, "", []);
      return new ArmTemplate(written, template, own, files, found, depth + 1).run();
    }
    const link = child(properties, "templateLink");
    const path = link === undefined ? undefined : this.value(child(link, "relativePath") ?? child(link, "uri"), scope);
    const file = typeof path === "string" ? this.files.beside(this.written.file, path) : null;
    if (file === null) return this.note(link ?? node, templateProblems.linkedElsewhere("A linked template"));
    try {
      const text = this.files.text(file);
      const read = readLinked(text, file, own, this.files, this.found, this.depth + 1);
      if (!read) this.note(link!, templateProblems.fileUnreadable(String(path), "it is not JSON."));
    } catch (error) {
      this.note(link!, templateProblems.fileUnreadable(String(path), (error as Error).message));
    }
  }

  private parametersOf(node: Node | undefined, scope: Scope): Map<string, Value> {
    const given = new Map<string, Value>();
    for (const property of node?.children ?? []) {
      const [key, value] = property.children ?? [];
      const written = value === undefined ? undefined : child(value, "value");
      if (key !== undefined)
        given.set(
          String(key.value),
          written === undefined ? new Unknown("it stands in a vault", value!.offset) : this.value(written, scope),
        );
    }
    return given;
  }

  /** A value of the template, with its expressions evaluated. */
  private value(node: Node | undefined, scope: Scope): Value {
    if (node === undefined) return undefined;
    if (node.type === "string") return this.text(String(node.value), node.offset, scope);
    if (node.type === "array") return (node.children ?? []).map((item) => this.value(item, scope));
    if (node.type !== "object") return node.value as Value;
    const result: Record<string, Value> = {};
    for (const property of node.children ?? []) {
      const [key, value] = property.children ?? [];
      if (key === undefined || value === undefined) continue;
      if (key.value === "copy" && value.type === "array") Object.assign(result, this.copies(value, scope));
      else result[String(this.text(String(key.value), key.offset, scope))] = this.value(value, scope);
    }
    return result;
  }

  /** Loops that make lists of properties. */
  private copies(node: Node, scope: Scope): Record<string, Value> {
    const result: Record<string, Value> = {};
    for (const copy of node.children ?? []) {
      const name = String(child(copy, "name")?.value ?? "");
      const count = this.value(child(copy, "count"), scope);
      const unknown = firstUnknown(count);
      result[name] =
        unknown !== null
          ? new Unknown(unknown.why, copy.offset)
          : Array.from({ length: Math.min(Math.max(0, Number(count) || 0), MOST_COPIES) }, (_, index) =>
              this.value(child(copy, "input"), withCopy(scope, name, index)),
            );
    }
    return result;
  }

  private text(text: string, at: number, scope: Scope): Value {
    if (!text.startsWith("[") || !text.endsWith("]")) return text;
    if (text.startsWith("[[")) return text.slice(1);
    try {
      const value = evaluate(readExpression(text.slice(1, -1)), at, scope);
      // What cannot be decided stands where the text does.
      return value instanceof Unknown ? new Unknown(value.why, at, value.shape) : value;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return new Unknown(`the expression cannot be read (${error.message})`, at);
    }
  }

  private call(name: string, args: readonly Expression[], at: number, scope: Scope): Value {
    const of = (index: number): Value => (args[index] === undefined ? undefined : evaluate(args[index], at, scope));
    switch (name.toLowerCase()) {
      case "parameters":
        return this.parameter(String(of(0)), at);
      case "variables":
        return this.variable(String(of(0)), at);
      case "if": {
        const test = of(0);
        return test instanceof Unknown ? test : of(test === true ? 1 : 2);
      }
      case "and":
      case "or":
        return logic(
          args.map((_, index) => of(index)),
          name.toLowerCase() === "or",
        );
      case "coalesce": {
        for (const index of args.keys()) {
          const value = of(index);
          if (value !== null && value !== undefined) return value;
        }
        return null;
      }
      case "copyindex": {
        const values = args.map((_, index) => of(index));
        const loop = typeof values[0] === "string" ? values[0] : "";
        const offset = values.find((value) => typeof value === "number") ?? 0;
        const index = scope.local(`copyIndex ${loop}`);
        return index === undefined ? new Unknown("copyIndex() stands in no loop", at) : Number(index) + offset;
      }
      case "lambda": {
        const names = args.slice(0, -1).map((_, index) => `lambda ${String(of(index))}`);
        const body = args.at(-1)!;
        return (...values: Value[]) =>
          evaluate(body, at, withLocals(scope, new Map(names.map((key, index) => [key, values[index]]))));
      }
      case "lambdavariables":
        return scope.local(`lambda ${String(of(0))}`);
      case "resourcegroup":
      case "subscription":
      case "deployment":
      case "environment":
      case "tenant":
        return new Unknown(`${name}() ${AT_DEPLOYMENT}`, at);
      default: {
        const values = args.map((_, index) => of(index));
        const value = callPure(name, values, at);
        return value === undefined ? new Unknown(`${name}(…) ${AT_DEPLOYMENT}`, at) : value;
      }
    }
  }

  private parameter(name: string, at: number): Value {
    const key = name.toLowerCase();
    const known = this.given.get(key);
    if (known !== undefined) return known;
    const declared = child(child(this.root, "parameters"), name);
    const given = [...this.parameters].find(([other]) => other.toLowerCase() === key);
    const initial = declared === undefined ? undefined : child(declared, "defaultValue");
    const value =
      given !== undefined
        ? given[1]
        : initial !== undefined
          ? this.value(initial, this.scope)
          : new Unknown(declared === undefined ? `there is no parameter ${name}` : `the parameter ${name} has no value`, at);
    this.given.set(key, value);
    return value;
  }

  private variable(name: string, at: number): Value {
    const key = name.toLowerCase();
    const known = this.variables.get(key);
    if (known !== undefined) return known;
    if (this.busy.has(key)) return new Unknown(`the variable ${name} refers to itself`, at);
    this.busy.add(key);
    const variables = child(this.root, "variables");
    const node = child(variables, name);
    const copy = child(variables, "copy");
    const copied = node === undefined && copy?.type === "array" ? this.copies(copy, this.scope) : {};
    const value =
      node !== undefined
        ? this.value(node, this.scope)
        : isMapping(copied) && Object.hasOwn(copied, name)
          ? memberOf(copied, name, at)
          : new Unknown(`there is no variable ${name}`, at);
    this.busy.delete(key);
    this.variables.set(key, value);
    return value;
  }

  private place(offset: number): TemplatePlace {
    return { file: this.written.file, ...placeAt(this.written.text, offset) };
  }

  private note(node: Node, problem: TemplateNote["problem"]): void {
    this.found.notes.push({ place: this.place(node.offset), problem });
  }
}

function readLinked(
  text: string,
  file: string,
  parameters: ReadonlyMap<string, Value>,
  files: TemplateFiles,
  found: Found,
  depth: number,
): boolean {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined || errors.length > 0) return false;
  new ArmTemplate({ text, file }, root, parameters, files, found, depth).run();
  return true;
}

/** The index of a loop, under its name and as that of the innermost. */
function withCopy(scope: Scope, name: string, index: number): Scope {
  return withLocals(
    scope,
    new Map([
      [`copyIndex ${name}`, index],
      ["copyIndex ", index],
    ]),
  );
}

function logic(values: readonly Value[], isOr: boolean): Value {
  if (values.includes(isOr)) return isOr;
  return values.find((value) => value instanceof Unknown) ?? !isOr;
}

/** A member of an object, whatever its case. */
function child(node: Node | undefined, name: string): Node | undefined {
  if (node?.type !== "object") return undefined;
  const properties = node.children ?? [];
  const found =
    properties.find((property) => property.children?.[0]?.value === name) ??
    properties.find((property) => String(property.children?.[0]?.value).toLowerCase() === name.toLowerCase());
  return found?.children?.[1];
}

function inside(node: Node, path: readonly string[]): Node | undefined {
  return path.reduce<Node | undefined>((at, name) => child(at, name), node);
}
