import type { OperationModel } from "../model/model.js";
import { matchMixed, namesOf, parseTemplate, type TemplateQuery, type TemplateSegment } from "./template.js";

/** The values of query parameters, the first of each. */
export interface QueryValues {
  get(name: string): string | null;
}

/** An operation that a request matched. */
export class OperationMatch {
  private known: ReadonlyMap<string, string> | null = null;

  /**
   * @param values of the parameters in the path, in their order
   * @param rest the segments that the wildcard at the end stands for
   */
  constructor(
    private readonly leaf: Leaf,
    private readonly values: readonly string[],
    private readonly rest: readonly string[],
    private readonly query: QueryValues,
  ) {}

  get operation(): OperationModel {
    return this.leaf.operation;
  }

  /** The values of the template's parameters, by name. Most requests are done without them. */
  get parameters(): ReadonlyMap<string, string> {
    this.known ??= this.gathered();
    return this.known;
  }

  private gathered(): Map<string, string> {
    const { leaf, values, rest, query } = this;
    const parameters = new Map<string, string>();
    for (const [i, name] of leaf.names.entries()) parameters.set(name, values[i] ?? rest.join("/"));
    for (const { name, parameter } of leaf.query) {
      const value = query.get(name);
      if (parameter !== null && value !== null) parameters.set(parameter, value);
    }
    return parameters;
  }
}

type Mixed = TemplateSegment & { readonly kind: "mixed" };

/** A place in the tree of an API's templates. */
class Node {
  readonly literals = new Map<string, Node>();
  readonly mixed: { readonly segment: Mixed; readonly node: Node }[] = [];
  parameter: Node | null = null;
  /** Operations whose template ends here, by method; and those that take all the rest. */
  readonly ends = new Map<string, Leaf[]>();
  readonly rests = new Map<string, Leaf[]>();
}

interface Leaf {
  readonly operation: OperationModel;
  readonly names: readonly string[];
  readonly query: readonly (TemplateQuery & { readonly required: boolean })[];
}

/**
 * The operations of one API, as a tree over the segments of their templates. From the left a literal goes before a literal with
 * parameters, before a parameter, before a wildcard; templates with query parts that fit go before those without; then the order of
 * definition counts.
 */
export class OperationTree {
  private readonly root = new Node();

  constructor(operations: readonly OperationModel[]) {
    for (const operation of operations) this.add(operation);
  }

  /** @param segments decoded segments of the path; @param from where those behind the API's prefix begin */
  match(method: string, segments: readonly string[], from: number, query: QueryValues): OperationMatch | null {
    return find(this.root, segments, from, method, query, []);
  }

  private add(operation: OperationModel): void {
    const template = parseTemplate(operation.urlTemplate);
    if ("error" in template) return;
    const optional = new Set(operation.templateParameters.filter((parameter) => !parameter.required).map(({ name }) => name));
    const leaf: Leaf = {
      operation,
      names: template.segments.flatMap(namesOf),
      query: template.query.map((part) => ({ ...part, required: part.parameter === null || !optional.has(part.parameter) })),
    };
    let node = this.root;
    let isRest = false;
    for (const segment of template.segments) {
      if (segment.kind === "rest") isRest = true;
      else node = descend(node, segment);
    }
    const leaves = isRest ? node.rests : node.ends;
    const same = leaves.get(operation.method) ?? [];
    same.push(leaf);
    // Array.prototype.sort is stable: among equals the order of definition stays.
    same.sort((a, b) => required(b) - required(a));
    leaves.set(operation.method, same);
  }
}

const required = (leaf: Leaf): number => leaf.query.filter((parameter) => parameter.required).length;

function descend(node: Node, segment: Exclude<TemplateSegment, { kind: "rest" }>): Node {
  if (segment.kind === "literal") {
    const next = node.literals.get(segment.text) ?? new Node();
    node.literals.set(segment.text, next);
    return next;
  }
  if (segment.kind === "parameter") {
    node.parameter ??= new Node();
    return node.parameter;
  }
  const key = segment.literals.join("\0");
  const known = node.mixed.find((edge) => edge.segment.literals.join("\0") === key);
  if (known !== undefined) return known.node;
  const added = { segment, node: new Node() };
  node.mixed.push(added);
  node.mixed.sort((a, b) => literalLength(b.segment) - literalLength(a.segment));
  return added.node;
}

const literalLength = (segment: Mixed): number => segment.literals.reduce((sum, literal) => sum + literal.length, 0);

/** Looks below a node, best way first. Every node is looked at once at most, since there is one way to each. */
function find(
  node: Node,
  segments: readonly string[],
  at: number,
  method: string,
  query: QueryValues,
  values: readonly string[],
): OperationMatch | null {
  const segment = segments[at];
  if (segment === undefined)
    return pick(node.ends.get(method), values, [], query) ?? pick(node.rests.get(method), values, [], query);
  const literal = node.literals.size === 0 ? undefined : node.literals.get(segment.toLowerCase());
  if (literal !== undefined) {
    const found = find(literal, segments, at + 1, method, query, values);
    if (found !== null) return found;
  }
  for (const edge of node.mixed) {
    const captured = matchMixed(edge.segment, segment);
    const found = captured === null ? null : find(edge.node, segments, at + 1, method, query, [...values, ...captured]);
    if (found !== null) return found;
  }
  if (node.parameter !== null && segment !== "") {
    const found = find(node.parameter, segments, at + 1, method, query, [...values, segment]);
    if (found !== null) return found;
  }
  const rests = node.rests.get(method);
  return rests === undefined ? null : pick(rests, values, segments.slice(at), query);
}

function pick(
  leaves: readonly Leaf[] | undefined,
  values: readonly string[],
  rest: readonly string[],
  query: QueryValues,
): OperationMatch | null {
  const leaf = leaves?.find((candidate) => candidate.query.every((part) => fits(part, query)));
  return leaf === undefined ? null : new OperationMatch(leaf, values, rest, query);
}

function fits({ name, literal, required }: Leaf["query"][number], query: QueryValues): boolean {
  const value = query.get(name);
  return value === null ? !required : literal === null || value === literal;
}
