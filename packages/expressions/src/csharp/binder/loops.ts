import { type Binder, declareName } from "../../binding/binder.js";
import { localNode } from "../../binding/call-node.js";
import { convertExplicitly } from "../../binding/convert.js";
import { isError } from "../../binding/operand.js";
import { asValue } from "../../binding/values.js";
import type { BoundExpression, BoundStatement, JumpTarget, LocalSymbol, WrittenBranch } from "../../bound/tree.js";
import type { NetType } from "../../types/net-type.js";
import { errorType, nullType } from "../../types/special-types.js";
import type { Statement } from "../syntax.js";
import { errors } from "./errors.js";
import { bindCondition, bindExpression, bindValue } from "./expressions.js";
import { bindEmbedded, bindStatements, isStatement } from "./statements.js";
import { bindType, isVar } from "./types.js";

type StatementOf<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

function bindBody(b: Binder, body: Statement, target: JumpTarget): BoundStatement {
  return b.withJumps({ ...b.jumps, breakTarget: target, continueTarget: target }, () => bindEmbedded(b, body));
}

/** Binds what may declare variables in its condition, with their declarations before it. */
function withDeclarations(b: Binder, bind: () => BoundStatement): BoundStatement {
  const expressionLocals: LocalSymbol[] = [];
  const bound = b.within({ expressionLocals }, () => b.inScope(bind));
  const declared = expressionLocals.map((local): BoundStatement => ({ kind: "Declare", local, value: null }));
  return declared.length === 0 ? bound : { kind: "Block", statements: [...declared, bound] };
}

const loopAt = ({ start }: Statement): WrittenBranch => ({ operator: "loop", at: start });

/** `while (condition) body`. */
export function bindWhile(b: Binder, node: StatementOf<"While">): BoundStatement {
  return withDeclarations(b, () => {
    const target: JumpTarget = { name: "while" };
    const condition = bindCondition(b, node.condition);
    return { kind: "While", target, condition, branch: loopAt(node), body: bindBody(b, node.body, target) };
  });
}

/** `do body while (condition);`. */
export function bindDoWhile(b: Binder, node: StatementOf<"DoWhile">): BoundStatement {
  return withDeclarations(b, () => {
    const target: JumpTarget = { name: "do" };
    const body = bindBody(b, node.body, target);
    return { kind: "DoWhile", target, condition: bindCondition(b, node.condition), branch: loopAt(node), body };
  });
}

/** `for (…; condition; …) body`. */
export function bindFor(b: Binder, node: StatementOf<"For">): BoundStatement {
  return withDeclarations(b, () => {
    const target: JumpTarget = { name: "for" };
    const initial: BoundStatement[] = [];
    if (node.declaration !== null) {
      const bound = bindStatements(b, [node.declaration]);
      if (bound.kind === "Block") initial.push(...bound.statements);
    }
    for (const initializer of node.initializers) initial.push({ kind: "Expression", expression: bindEffect(b, initializer) });
    const condition = node.condition === null ? null : bindCondition(b, node.condition);
    const updates = node.updates.map((update) => bindEffect(b, update));
    return { kind: "For", target, initial, condition, updates, branch: loopAt(node), body: bindBody(b, node.body, target) };
  });
}

function bindEffect(b: Binder, node: Parameters<typeof isStatement>[0]): BoundExpression {
  const value = asValue(b, bindExpression(b, node));
  if (!isError(value) && !isStatement(node)) b.report(node, errors.notAStatement());
  return value;
}

/** `foreach (var x in source) body`. */
export function bindForEach(b: Binder, node: StatementOf<"ForEach">): BoundStatement {
  return withDeclarations(b, () => {
    const target: JumpTarget = { name: "foreach" };
    const source = bindValue(b, node.source);
    const elementType = isError(source) ? errorType : elementTypeOf(b, source, node);
    const isInferred = isVar(node.type) && b.scope.findShort("var", 0) === null;
    const type = isInferred ? elementType : bindType(b, node.type);
    const place = { start: node.start, end: node.source.start };
    const local = b.newLocal(node.name, type);
    const element = type === elementType ? local : b.temporary(elementType);
    const read = localNode(b, element, place);
    const value =
      type === elementType || elementType === errorType || type === errorType
        ? read
        : convertExplicitly(b, read, type, node.type);
    return b.inScope(() => {
      declareName(b, node.name, place, { kind: "local", local, isReadOnly: "foreach" });
      const body = bindBody(b, node.body, target);
      return { kind: "ForEach", target, source, elementType, element, local, value, branch: loopAt(node), body };
    });
  });
}

/** What `foreach` enumerates in a value: by its type, or by the one `IEnumerable<T>` that it is. */
function elementTypeOf(b: Binder, source: BoundExpression, node: StatementOf<"ForEach">): NetType {
  const { type } = source;
  if (type.kind === "array") return type.elementType!;
  if (type === b.core.string) return b.core.char;
  if (type === nullType) {
    b.report(node.source, errors.nullEnumerated());
    return errorType;
  }
  const own = enumeratorElement(b, type);
  if (own !== null) return own;
  b.report(node.source, errors.notEnumerable(type.name));
  return errorType;
}

function enumeratorElement(b: Binder, type: NetType): NetType | null {
  for (let ancestor: NetType | null = type; ancestor !== null; ancestor = ancestor.baseType) {
    const [member] = ancestor.members("GetEnumerator");
    if (member?.kind === "method" && member.parameters.length === 0) {
      const [argument] = member.returnType.arguments;
      if (argument !== undefined) return argument;
    }
  }
  const generic = new Set(
    [type, ...type.interfaces].filter((supertype) => supertype.definitionName === "System.Collections.Generic.IEnumerable"),
  );
  if (generic.size === 1) return [...generic][0]!.arguments[0]!;
  if (generic.size > 1) return null;
  const isPlain = type.definitionName === "System.Collections.IEnumerable";
  if (isPlain || type.interfaces.some((supertype) => supertype.definitionName === "System.Collections.IEnumerable"))
    return b.core.object;
  return null;
}
