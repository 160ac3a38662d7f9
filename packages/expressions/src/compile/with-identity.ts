import type { BoundArgument, BoundExpression } from "../bound/tree.js";
import { isReadOnlyDictionary } from "../dotnet/collections/protocol.js";
import { ReadOnlyDictionaryObject } from "../dotnet/collections/read-only-dictionary.js";
import { type Identity, INTERNED } from "../runtime/identity.js";
import { identityAt, isSameObject } from "../types/same-object.js";
import type { Evaluator, Frame } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";
import { handsBack, readsEntry } from "./identities.js";
import { storeIdentity } from "./locals.js";

type Member = Extract<BoundExpression, { kind: "Member" }>;
type CompileNode = (node: BoundExpression) => Evaluator;

/**
 * Compiles an expression of a reference type in a program that compares references: beside giving its value it leaves in
 * `run.identity` which object that is.
 * @param plain compiles the node itself; its parts by the function that it is given
 */
export function compileWithIdentity(
  node: BoundExpression,
  fn: FunctionCompiler,
  compile: CompileNode,
  plain: (compile: CompileNode) => Evaluator,
): Evaluator {
  switch (node.kind) {
    // These leave what their last part has left.
    case "Local":
    case "AssignLocal":
    case "Conditional":
    case "Coalesce":
    case "NullConditional":
    case "Sequence":
    case "AsType":
      return plain(compile);
    case "Convert":
      return node.conversion.kind === "box" ? identified(plain(compile), () => undefined) : plain(compile);
    case "Constant":
      return identified(plain(compile), () => INTERNED);
    case "Invoke":
      return invoking(node.callee, node.arguments, compile, plain);
    case "Member":
      return member(node, fn, compile, plain);
    case "Concat":
      return recorded(node.parts, compile, plain, (value, parts) => parts.only(value));
    case "ArrayGet":
      return recorded([node.array, ...node.indices], compile, plain, (_, { values: [array, ...indices] }) =>
        identityAt("[]", array, indices),
      );
    case "AnonymousGet":
      return recorded([node.target], compile, plain, (_, { values: [target] }) => identityAt("{}", target, [node.index]));
    default:
      return identified(plain(compile), () => undefined);
  }
}

function identified(evaluator: Evaluator, identityOf: () => Identity): Evaluator {
  return (frame) => {
    const value = evaluator(frame);
    frame.run.identity = identityOf();
    return value;
  };
}

/** Compiles `==` or `!=` of two references, and `ReferenceEquals`. */
export function compileSameObject(left: Evaluator, right: Evaluator, negated: boolean): Evaluator {
  return (frame) => {
    const { run } = frame;
    const a = left(frame);
    const identity = run.identity;
    const b = right(frame);
    return isSameObject(a, identity, b, run.identity) !== negated;
  };
}

/** What the inputs of a call were, and which objects. */
class Inputs {
  readonly values: unknown[] = [];
  readonly identities: Identity[] = [];

  note(index: number, value: unknown, identity: Identity): void {
    this.values[index] = value;
    this.identities[index] = identity;
  }

  /** The identity of the only text among the inputs that is not empty, if a text made of them is no more than that. */
  only(value: unknown): Identity {
    const filled = this.values.flatMap((part, i) => (typeof part === "string" && part !== "" ? [i] : []));
    return filled.length === 1 && this.values[filled[0]!] === value ? this.identities[filled[0]!] : undefined;
  }
}

/** Evaluates a node and tells its identity by what its parts were. */
function recorded(
  parts: readonly BoundArgument[],
  compile: CompileNode,
  plain: (compile: CompileNode) => Evaluator,
  identityOf: (value: unknown, inputs: Inputs, frame: Frame) => Identity,
): Evaluator {
  let current = new Inputs();
  const evaluator = plain((part) => {
    const input = compile(part);
    const index = parts.indexOf(part);
    if (index < 0) return input;
    return (frame) => {
      const inputs = current;
      const value = input(frame);
      inputs.note(index, value, part.type.isValueType ? undefined : frame.run.identity);
      current = inputs;
      return value;
    };
  });
  return (frame) => {
    const inputs = new Inputs();
    current = inputs;
    const value = evaluator(frame);
    frame.run.identity = identityOf(value, inputs, frame);
    return value;
  };
}

/** A delegate's body leaves the identity of what it returns, and takes those of its arguments. */
function invoking(
  callee: BoundExpression,
  args: readonly BoundArgument[],
  compile: CompileNode,
  plain: (compile: CompileNode) => Evaluator,
): Evaluator {
  const all: readonly BoundArgument[] = [callee, ...args];
  const evaluator = plain((part) => {
    const input = compile(part);
    const index = all.indexOf(part) - 1;
    return (frame) => {
      const { argumentIdentities: known } = frame.run;
      const before = index < 0 || known === null ? [] : known.slice(0, index);
      const value = input(frame);
      if (index >= 0) before[index] = part.type.isValueType ? undefined : frame.run.identity;
      frame.run.argumentIdentities = before;
      return value;
    };
  });
  return (frame) => {
    const value = evaluator(frame);
    frame.run.argumentIdentities = null;
    return value;
  };
}

/** True if `GetValueOrDefault` has found nothing, and given its default. */
function isDefault({ name }: Member["member"], [dictionary, key]: readonly unknown[]): boolean {
  if (name !== "GetValueOrDefault" || !isReadOnlyDictionary(dictionary)) return false;
  return dictionary.lookup(key) === undefined;
}

function member(node: Member, fn: FunctionCompiler, compile: CompileNode, plain: (compile: CompileNode) => Evaluator): Evaluator {
  const { member: symbol, accessor, receiver } = node;
  const inputs = receiver === null ? node.arguments : [receiver, ...node.arguments];
  const outs = node.arguments.flatMap((argument) => (argument.kind === "Reference" ? [storeIdentity(fn, argument.local)] : []));
  const isEntry = readsEntry(symbol);
  const mayHandBack = handsBack(symbol);
  const place = symbol.kind === "property" ? symbol : symbol.definition;
  const isConstant = "constant" in symbol.implementation;
  const isConversion = symbol.kind === "conversion" && node.type.definitionName === "System.String";
  return recorded(inputs, compile, plain, (value, known, frame) => {
    const { values, identities } = known;
    const [self, key] = values;
    const entry = isEntry && self instanceof ReadOnlyDictionaryObject ? self.identityOf(key) : undefined;
    for (const store of outs) store(frame, entry ?? {});
    if (entry !== undefined) return entry;
    if (isConstant || symbol.id === "System.String.Intern") return INTERNED;
    if (typeof value === "string") {
      if (symbol.id === "System.String.Concat") return known.only(value);
      if (symbol.name === "ToString" && typeof self === "boolean") return INTERNED;
      if (mayHandBack && values[0] === value) return identities[0];
      if (isDefault(symbol, values)) return identities[2];
    }
    return accessor === "get" || isConversion ? identityAt(place, self, values.slice(1)) : undefined;
  });
}
