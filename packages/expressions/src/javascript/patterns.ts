import type { Expression, Pattern } from "acorn";
import { assignLocal, localNode } from "../binding/call-node.js";
import { constantNode } from "../binding/constants.js";
import { isError } from "../binding/operand.js";
import type { BoundExpression, BoundStatement, LocalSymbol } from "../bound/tree.js";
import { fit, toObject } from "./convert.js";
import { bindExpression } from "./expressions.js";
import { logical } from "./operators.js";
import type { Script } from "./script.js";

/** Declares a variable with its first value, whose type it has unless it is known to get others. */
export function declareVariable(
  s: Script,
  name: string,
  start: number,
  value: BoundExpression,
  isConst: boolean,
): { readonly local: LocalSymbol; readonly statement: BoundStatement } {
  const isNothing = value.kind === "Constant" && value.value === null;
  const isWide = (s.isWidened(start) && !isConst) || (isNothing && !isConst) || isError(value);
  const type = isWide ? s.object : value.type;
  const local = s.b.newLocal(name, type);
  s.declared(local, start, isConst);
  s.b.locals.declare(name, { kind: "local", local, isReadOnly: null });
  return { local, statement: { kind: "Declare", local, value: fit(s, value, type) } };
}

/** Takes a value apart: `{ a, b: [c], d = 1 }`. Parts that are nothing get their defaults. */
export function destructure(s: Script, pattern: Pattern, value: BoundExpression, isConst: boolean, into: BoundStatement[]): void {
  switch (pattern.type) {
    case "Identifier":
      into.push(declareVariable(s, pattern.name, pattern.start, value, isConst).statement);
      return;
    case "AssignmentPattern": {
      const given = value.type === s.object ? value : toObject(s, value);
      destructure(
        s,
        pattern.left,
        logical(s, { operator: "??" }, given, () => bindExpression(s, pattern.right), pattern),
        isConst,
        into,
      );
      return;
    }
    case "ObjectPattern": {
      const object = kept(s, value, into);
      for (const property of pattern.properties) {
        if (property.type === "RestElement") {
          s.refuse(property, "Rest members", "Take the members one by one.");
          continue;
        }
        const { key, computed } = property;
        const isName = !computed && key.type === "Identifier";
        const name = isName ? s.constant(key.name, key) : bindExpression(s, key as Expression);
        destructure(s, property.value, s.operation("Get", [object(), name], property), isConst, into);
      }
      return;
    }
    case "ArrayPattern": {
      const array = kept(s, value, into);
      pattern.elements.forEach((element, index) => {
        if (element === null) return;
        if (element.type === "RestElement") {
          const from = s.array([s.constant(index, element)], s.object, element);
          const rest = s.operation("Call", [array(), s.constant("slice", element), from], element);
          destructure(s, element.argument, rest, isConst, into);
          return;
        }
        destructure(s, element, s.operation("Get", [array(), s.constant(index, element)], element), isConst, into);
      });
      return;
    }
    default:
      s.refuse(pattern, "This pattern", "Declare variables one by one.");
  }
}

/** Keeps a value in a temporary, so that it is evaluated once. */
function kept(s: Script, value: BoundExpression, into: BoundStatement[]): () => BoundExpression {
  const local = s.b.temporary(s.object);
  into.push({ kind: "Declare", local, value: constantNode(null, s.object, value) });
  into.push({ kind: "Expression", expression: assignLocal(s.b, local, toObject(s, value), value) });
  return () => localNode(s.b, local, value);
}
