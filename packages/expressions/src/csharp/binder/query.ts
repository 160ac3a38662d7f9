import type { CallArgument } from "../../binding/applicable.js";
import type { Binder } from "../../binding/binder.js";
import { invokeWith } from "../../binding/invocation.js";
import { errorNode, isError, type LambdaOperand, type Operand } from "../../binding/operand.js";
import { asValue } from "../../binding/values.js";
import type { Expression, Lambda, LambdaParameter, Node, QueryClause, TypeSyntax } from "../syntax.js";
import { errors } from "./errors.js";
import { bindExpression } from "./expressions.js";
import { lambdaOperand, type RangeVariable } from "./lambda.js";
import { memberOf } from "./names.js";
import { bindType } from "./types.js";

/** What the elements of the sequence so far hold: one variable, or several as members of transparent objects. */
interface Element {
  readonly variables: readonly { readonly name: string; readonly path: readonly string[] }[];
}

const TRANSPARENT = "<transparent>";

/** A query expression, as the calls of `Select`, `Where` … that it stands for. */
export function bindQuery(b: Binder, node: Extract<Expression, { kind: "Query" }>): Operand {
  return new QueryBinder(b, node).bind();
}

class QueryBinder {
  private source: Operand;
  private element: Element = { variables: [] };

  constructor(
    private readonly b: Binder,
    private readonly node: Extract<Expression, { kind: "Query" }>,
  ) {
    this.source = errorNode(node);
  }

  bind(): Operand {
    const { clauses } = this.node;
    for (let i = 0; i < clauses.length; i++) {
      const clause = clauses[i]!;
      const next = clauses[i + 1];
      if (this.joinsSelect(clause, next, i)) {
        this.selectWith(clause, next);
        i++;
      } else this.clause(clause, i, clauses);
    }
    return isError(this.source) ? errorNode(this.node) : this.source;
  }

  /** A second `from` or a `join` right before `select` needs no transparent object. */
  private joinsSelect(
    clause: QueryClause,
    next: QueryClause | undefined,
    index: number,
  ): next is Extract<QueryClause, { kind: "Select" }> {
    return next?.kind === "Select" && ((clause.kind === "From" && index > 0) || clause.kind === "Join");
  }

  private clause(clause: QueryClause, index: number, clauses: readonly QueryClause[]): void {
    switch (clause.kind) {
      case "From":
        if (index === 0) this.start(clause);
        else
          this.call("SelectMany", clause, [this.lambda(this.typed(clause.source, clause.type)), this.pair(clause.name, clause)]);
        break;
      case "Let":
        this.let(clause);
        break;
      case "Where":
        this.call("Where", clause, [this.lambda(clause.condition)]);
        break;
      case "Join":
        this.join(clause, () => this.pair(clause.into ?? clause.name, clause));
        break;
      case "OrderBy":
        this.orderBy(clause);
        break;
      case "Select":
        this.select(clause, index, clauses);
        break;
      case "GroupBy":
        this.groupBy(clause);
        break;
      case "Into":
        this.element = { variables: [{ name: clause.name, path: [] }] };
    }
  }

  /** The name of a new range variable must not mean a local, nor another range variable of the query. */
  private checkName(name: string, node: Node): void {
    if (this.element.variables.some((variable) => variable.name === name)) this.b.report(node, errors.rangeVariableTwice(name));
    else if (this.b.locals.find(name) !== null) this.b.report(node, errors.rangeVariableTaken(name));
  }

  private start(clause: Extract<QueryClause, { kind: "From" }>): void {
    this.checkName(clause.name, clause);
    this.source = this.cast(bindExpression(this.b, clause.source), clause.type, clause);
    this.element = { variables: [{ name: clause.name, path: [] }] };
  }

  /** `from T x in source` calls `Cast<T>`. */
  private cast(source: Operand, type: TypeSyntax | null, node: Node): Operand {
    if (type === null || isError(source)) return source;
    const bound = bindType(this.b, type);
    const value = asValue(this.b, source);
    if (isError(value)) return value;
    const method = memberOf(this.b, value, memberNode("Cast", node));
    return method.kind === "Methods" ? invokeWith(this.b, { ...method, typeArguments: [bound] }, [], node) : errorNode(node);
  }

  /** The same inside a lambda, as syntax. */
  private typed(source: Expression, type: TypeSyntax | null): Expression {
    if (type === null) return source;
    const { start, end } = source;
    const callee: Expression = {
      kind: "Member",
      target: source,
      name: "Cast",
      nameStart: start,
      typeArguments: [type],
      start,
      end,
    };
    return { kind: "Invocation", callee, arguments: [], start, end };
  }

  private select(clause: Extract<QueryClause, { kind: "Select" }>, index: number, clauses: readonly QueryClause[]): void {
    const isPlain = this.element.variables.length === 1 && isName(clause.value, this.element.variables[0]!.name);
    // `orderby … select x` gives the ordered sequence itself; only `from x in a select x` must call Select.
    if (isPlain && index > 1 && clauses[index - 1]!.kind !== "Into") return;
    this.call("Select", clause, [this.lambda(clause.value)]);
  }

  private selectWith(clause: QueryClause, select: Extract<QueryClause, { kind: "Select" }>): void {
    if (clause.kind === "From" || clause.kind === "Join")
      this.checkName(clause.kind === "Join" ? (clause.into ?? clause.name) : clause.name, clause);
    if (clause.kind === "From") {
      const collection = this.lambda(this.typed(clause.source, clause.type));
      this.call("SelectMany", clause, [collection, this.lambda(select.value, [clause.name])]);
    } else if (clause.kind === "Join") this.join(clause, () => this.lambda(select.value, [clause.into ?? clause.name]));
  }

  private let(clause: Extract<QueryClause, { kind: "Let" }>): void {
    const { start, end } = clause;
    const value: Expression = {
      kind: "NewAnonymous",
      members: [
        { name: TRANSPARENT, value: { kind: "Name", name: TRANSPARENT, typeArguments: null, start, end } },
        { name: clause.name, value: clause.value },
      ],
      start,
      end,
    };
    this.call("Select", clause, [this.lambda(value)]);
    this.extend(clause.name, clause);
  }

  /** @param result makes the lambda for each pair, after those for the keys, which do not see the new variable */
  private join(clause: Extract<QueryClause, { kind: "Join" }>, result: () => LambdaOperand): void {
    const inner = this.cast(bindExpression(this.b, clause.source), clause.type, clause);
    const key = this.lambdaOver([{ name: clause.name, parameter: 0, path: [] }], 1, clause.right);
    const method = clause.into === null ? "Join" : "GroupJoin";
    this.call(method, clause, [inner, this.lambda(clause.left), key, result()]);
  }

  private orderBy(clause: Extract<QueryClause, { kind: "OrderBy" }>): void {
    clause.keys.forEach(({ key, descending }, i) => {
      this.call(`${i === 0 ? "OrderBy" : "ThenBy"}${descending ? "Descending" : ""}`, clause, [this.lambda(key)]);
    });
  }

  private groupBy(clause: Extract<QueryClause, { kind: "GroupBy" }>): void {
    const key = this.lambda(clause.key);
    const isPlain = this.element.variables.length === 1 && isName(clause.element, this.element.variables[0]!.name);
    this.call("GroupBy", clause, isPlain ? [key] : [key, this.lambda(clause.element)]);
  }

  /** The lambda that makes the transparent object of the element and one more variable; afterwards both are in sight. */
  private pair(name: string, node: Node): LambdaOperand {
    const { start, end } = node;
    const part = (of: string) => ({ name: of, value: { kind: "Name", name: of, typeArguments: null, start, end } as const });
    const value: Expression = { kind: "NewAnonymous", members: [part(TRANSPARENT), part(name)], start, end };
    const lambda = this.lambda(value, [name]);
    this.extend(name, node);
    return lambda;
  }

  private extend(name: string, node: Node): void {
    const { variables } = this.element;
    this.checkName(name, node);
    this.element = {
      variables: [
        ...variables.map((variable) => ({ name: variable.name, path: [TRANSPARENT, ...variable.path] })),
        { name, path: [name] },
      ],
    };
  }

  /** A lambda over the element, with further parameters of these names. */
  private lambda(body: Expression, more: readonly string[] = []): LambdaOperand {
    const variables: RangeVariable[] = this.element.variables.map(({ name, path }) => ({ name, parameter: 0, path }));
    variables.push({ name: TRANSPARENT, parameter: 0, path: [] });
    more.forEach((name, i) => {
      variables.push({ name, parameter: i + 1, path: [] });
    });
    return this.lambdaOver(variables, 1 + more.length, body);
  }

  private lambdaOver(rangeVariables: readonly RangeVariable[], count: number, body: Expression): LambdaOperand {
    const { start, end } = body;
    const parameters = Array.from(
      { length: count },
      (_, i): LambdaParameter => ({ type: null, name: `${TRANSPARENT}${i}`, mode: "value", start, end }),
    );
    const syntax: Lambda = { kind: "Lambda", parameters, body, start, end };
    return lambdaOperand(this.b, syntax, rangeVariables);
  }

  private call(name: string, node: Node, operands: readonly Operand[]): void {
    const { b } = this;
    if (isError(this.source)) return;
    const source = asValue(b, this.source);
    if (isError(source)) {
      this.source = source;
      return;
    }
    const args = operands.map(
      (operand): CallArgument => ({ operand, name: null, mode: "value", start: operand.start, end: operand.end }),
    );
    const found = b.speculate(() => memberOf(b, source, memberNode(name, node)));
    if (found.value.kind !== "Methods") {
      this.refuse(name, source.type.name, node);
      return;
    }
    const method = found.value;
    const call = b.speculate(() => invokeWith(b, method, args, node));
    const isNoQuery = isError(call.value) && call.diagnostics.every((diagnostic) => diagnostic.code === errors.noMember.code);
    if (isNoQuery) this.refuse(name, source.type.name, node);
    else {
      b.diagnostics.push(...call.diagnostics);
      b.uses.push(...call.uses);
      this.source = call.value;
    }
  }

  private refuse(name: string, type: string, node: Node): void {
    this.b.report(node, errors.noQueryMethod(type, name));
    this.source = errorNode(node);
  }
}

function memberNode(name: string, { start, end }: Node): Extract<Expression, { kind: "Member" }> {
  return { kind: "Member", target: { kind: "Missing", start, end }, name, nameStart: start, typeArguments: null, start, end };
}

function isName(node: Expression, name: string): boolean {
  return node.kind === "Name" && node.name === name && node.typeArguments === null;
}
