import type {
  BoundArgument,
  BoundExpression,
  BoundFunction,
  BoundStatement,
  Conversion,
  JumpTarget,
  LocalSymbol,
  NumericKind,
} from "#expressions/bound/tree.js";
import { compileProgram } from "#expressions/compile/program.js";
import { defaultLimits, type Host, type Limits, Run } from "#expressions/runtime/run.js";
import type { Implementation } from "#expressions/types/declare.js";
import type { MethodSymbol, NetType, TypeScopeView } from "#expressions/types/net-type.js";

/** Hand-made types and bound trees: the compiler tested without parser, binder and type tables. */

const known = new Map<string, NetType>();

const scope: TypeScopeView = {
  find: (name) => known.get(name) ?? null,
  construct: (definition) => definition,
  arrayOf: (element) => types.array(element),
  nullableOf: (value) => types.nullable(value),
};

function type(fullName: string, extra: Omit<Partial<NetType>, "toString"> = {}): NetType {
  const made: NetType = {
    kind: "class",
    name: fullName,
    fullName,
    definitionName: fullName,
    isValueType: false,
    isStatic: false,
    isAbstract: false,
    isFlags: false,
    declaration: null,
    scope,
    arguments: [],
    baseType: null,
    interfaces: [],
    elementType: null,
    rank: 0,
    underlying: null,
    invoke: null,
    members: () => [],
    memberNames: () => [],
    toString: () => fullName,
    isAssignableTo: (other) => {
      for (let at: NetType | null = made; at !== null; at = at.baseType) if (at === other) return true;
      return false;
    },
    ...extra,
  };
  known.set(fullName, made);
  return made;
}

const struct = (name: string) => type(name, { kind: "struct", isValueType: true });
const exception = type("System.Exception");
const arrays = new Map<NetType, NetType>();

export const types = {
  object: type("System.Object"),
  string: type("System.String"),
  bool: struct("System.Boolean"),
  int: struct("System.Int32"),
  uint: struct("System.UInt32"),
  long: struct("System.Int64"),
  ulong: struct("System.UInt64"),
  double: struct("System.Double"),
  float: struct("System.Single"),
  char: struct("System.Char"),
  byte: struct("System.Byte"),
  decimal: struct("System.Decimal"),
  exception,
  format: type("System.FormatException", { baseType: exception }),
  nullReference: type("System.NullReferenceException", { baseType: exception }),
  func: type("System.Func", { kind: "delegate" }),
  array: (element: NetType): NetType => {
    const made = arrays.get(element) ?? type(`${element.fullName}[]`, { kind: "array", elementType: element, rank: 1 });
    arrays.set(element, made);
    return made;
  },
  nullable: (value: NetType): NetType =>
    type(`System.Nullable\`1[${value.fullName}]`, {
      kind: "struct",
      isValueType: true,
      underlying: value,
      definitionName: "System.Nullable",
    }),
};

const at = { start: 0, end: 0 };

/** A function whose locals are made by `local`. */
export function fn(
  parent: BoundFunction | null,
  build: (self: BoundFunction) => BoundStatement | BoundExpression,
): BoundFunction {
  const self: BoundFunction = {
    parent,
    parameters: [],
    slotCount: 0,
    references: new Set(),
    captures: new Set(),
    returnType: types.object,
    body: { kind: "Empty" },
  };
  self.body = build(self);
  return self;
}

export function local(owner: BoundFunction, name: string, of: NetType = types.int): LocalSymbol {
  return { name, type: of, owner, slot: owner.slotCount++, captured: false };
}

export function parameter(owner: BoundFunction, name: string, of: NetType = types.int): LocalSymbol {
  const made = local(owner, name, of);
  owner.parameters.push(made);
  return made;
}

/** Marks a local as used by a nested function. */
export function capture(by: BoundFunction, captured: LocalSymbol): LocalSymbol {
  captured.captured = true;
  for (let f: BoundFunction | null = by; f !== null && f !== captured.owner; f = f.parent) f.captures.add(captured);
  return captured;
}

export const target = (name: string): JumpTarget => ({ name });

export const constant = (value: unknown, of: NetType): BoundExpression => ({ kind: "Constant", value, type: of, ...at });
export const int = (value: number): BoundExpression => constant(value, types.int);
export const text = (value: string | null): BoundExpression => constant(value, types.string);
export const bool = (value: boolean): BoundExpression => constant(value, types.bool);
export const read = (from: LocalSymbol): BoundExpression => ({ kind: "Local", local: from, type: from.type, ...at });
export const set = (to: LocalSymbol, value: BoundExpression): BoundExpression => ({
  kind: "AssignLocal",
  local: to,
  value,
  type: to.type,
  ...at,
});
export const declare = (made: LocalSymbol, value: BoundExpression | null): BoundStatement => ({
  kind: "Declare",
  local: made,
  value,
});
export const run = (expression: BoundExpression): BoundStatement => ({ kind: "Expression", expression });
export const block = (...statements: BoundStatement[]): BoundStatement => ({ kind: "Block", statements });
export const ret = (value: BoundExpression): BoundStatement => ({ kind: "Return", value });

type Operator = Extract<BoundExpression, { kind: "Arithmetic" }>["operator"];
type Comparison = Extract<BoundExpression, { kind: "Compare" }>["operator"];

export function arithmetic(
  left: BoundExpression,
  operator: Operator,
  right: BoundExpression,
  numeric: NumericKind = "int",
  flags: { checked?: boolean; lifted?: boolean } = {},
): BoundExpression {
  const { checked = false, lifted = false } = flags;
  return { kind: "Arithmetic", operator, numeric, left, right, checked, lifted, type: types[numeric], ...at };
}

export function compare(
  left: BoundExpression,
  operator: Comparison,
  right: BoundExpression,
  numeric: NumericKind = "int",
  lifted = false,
): BoundExpression {
  return { kind: "Compare", operator, numeric, left, right, lifted, type: types.bool, ...at };
}

export function convert(operand: BoundExpression, conversion: Conversion, to: NetType, checked = false): BoundExpression {
  return { kind: "Convert", conversion, operand, checked, type: to, ...at };
}

export const concat = (...parts: BoundExpression[]): BoundExpression => ({ kind: "Concat", parts, type: types.string, ...at });

export const lambda = (nested: BoundFunction): BoundExpression => ({ kind: "Lambda", function: nested, type: types.func, ...at });

export const invoke = (callee: BoundExpression, ...args: BoundArgument[]): BoundExpression => ({
  kind: "Invoke",
  callee,
  arguments: args,
  type: types.int,
  ...at,
});

/** A call of a member made on the spot. */
export function call(
  implementation: Implementation,
  receiver: BoundExpression | null,
  args: BoundArgument[] = [],
  returns: NetType = types.object,
): BoundExpression {
  const member: MethodSymbol = {
    kind: "method",
    name: "M",
    declaringType: types.object,
    isStatic: receiver === null,
    implementation,
    id: "Test.M",
    parameters: [],
    returnType: returns,
    typeParameters: [],
    typeArguments: [],
    get definition() {
      return member;
    },
    isExtension: false,
    construct: () => member,
  };
  return { kind: "Member", member, accessor: "call", receiver, arguments: args, typeArguments: [], type: returns, ...at };
}

const host: Host = { now: () => 0, randomBytes: (length) => new Uint8Array(length), elapsed: () => 0 };

/** Compiles and runs a function. */
export function evaluate(body: BoundFunction, limits: Partial<Limits> = {}, globals: readonly unknown[] = []): unknown {
  const program = compileProgram({ function: body, uses: new Set(), type: body.returnType }, body.returnType, scope);
  return program(new Run(host, { ...defaultLimits, ...limits }), globals);
}

/** Compiles and runs an expression. */
export function value(expression: BoundExpression, limits: Partial<Limits> = {}): unknown {
  return evaluate(
    fn(null, (self) => {
      self.returnType = expression.type;
      return expression;
    }),
    limits,
  );
}
