import type { Binder } from "../../binding/binder.js";
import { implicitChange } from "../../binding/conversions.js";
import { apply } from "../../binding/convert.js";
import type { BoundExpression, BoundStatement, LocalSymbol } from "../../bound/tree.js";
import { errorType, nullType } from "../../types/special-types.js";
import type { Statement } from "../syntax.js";
import { bindDeclaration } from "./declarations.js";
import { errors } from "./errors.js";
import { bindValue } from "./expressions.js";
import { bindEmbedded } from "./statements.js";

type StatementOf<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** `using (…) body`: the resources are disposed in a `finally`. */
export function bindUsing(b: Binder, node: StatementOf<"Using">): BoundStatement {
  return b.inScope(() => {
    const declarations: BoundStatement[] = [];
    const resources: LocalSymbol[] = [];
    if (node.declaration !== null) {
      const bound = node.declaration.kind === "LocalDeclaration" ? bindDeclaration(b, node.declaration) : [];
      for (const made of bound)
        if (made.kind === "Declare") {
          declarations.push(made);
          resources.push(made.local);
          b.locals.declare(made.local.name, { kind: "local", local: made.local, isReadOnly: "using" });
        }
    } else if (node.expression !== null) {
      const value = bindValue(b, node.expression);
      const local = b.temporary(value.type);
      declarations.push({ kind: "Declare", local, value });
      resources.push(local);
    }
    for (const local of resources) checkDisposable(b, local, node);
    let body = bindEmbedded(b, node.body);
    for (let i = resources.length - 1; i >= 0; i--) {
      const local = resources[i]!;
      const dispose = disposeCall(b, local, node);
      const guarded: BoundStatement =
        dispose === null ? body : { kind: "Try", block: body, catches: [], finally: { kind: "Expression", expression: dispose } };
      body = { kind: "Block", statements: [declarations[i]!, guarded] };
    }
    return body;
  });
}

function checkDisposable(b: Binder, local: LocalSymbol, node: StatementOf<"Using">): void {
  const { disposable } = b.core;
  const { type } = local;
  if (type === errorType || type === nullType || disposable === null || implicitChange(type, disposable) !== null) return;
  b.report(node.expression ?? node.declaration ?? node, errors.notDisposable(type.name));
}

/** `resource?.Dispose()`. */
function disposeCall(b: Binder, local: LocalSymbol, node: StatementOf<"Using">): BoundExpression | null {
  const { disposable } = b.core;
  const change = disposable === null ? null : implicitChange(local.type, disposable);
  const method = disposable?.members("Dispose")[0];
  if (disposable === null || change === null || method?.kind !== "method" || local.type === errorType) return null;
  const place = { start: node.start, end: node.start + "using".length };
  const receiver: BoundExpression = { kind: "Local", local, type: local.type, ...place };
  const temporary = b.temporary(disposable);
  const target: BoundExpression = { kind: "Local", local: temporary, type: disposable, ...place };
  const access: BoundExpression = {
    kind: "Member",
    member: method,
    accessor: "call",
    receiver: target,
    arguments: [],
    typeArguments: [],
    type: method.returnType,
    ...place,
  };
  return {
    kind: "NullConditional",
    receiver: apply(b, receiver, change, disposable),
    temporary,
    access,
    type: method.returnType,
    ...place,
  };
}
