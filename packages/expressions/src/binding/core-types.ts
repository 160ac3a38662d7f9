import type { NetType } from "../types/net-type.js";
import type { TypeScope } from "../types/scope.js";

/** The types that the language itself knows. */
export interface CoreTypes {
  readonly object: NetType;
  readonly string: NetType;
  readonly bool: NetType;
  readonly char: NetType;
  readonly sbyte: NetType;
  readonly byte: NetType;
  readonly short: NetType;
  readonly ushort: NetType;
  readonly int: NetType;
  readonly uint: NetType;
  readonly long: NetType;
  readonly ulong: NetType;
  readonly float: NetType;
  readonly double: NetType;
  readonly decimal: NetType;
  readonly exception: NetType | null;
  readonly disposable: NetType | null;
  readonly type: NetType;
}

const cores = new WeakMap<TypeScope, CoreTypes>();

/** The core types of a scope. Throws if its declarations lack one. */
export function coreTypesOf(scope: TypeScope): CoreTypes {
  let core = cores.get(scope);
  if (core === undefined) {
    core = makeCore(scope);
    cores.set(scope, core);
  }
  return core;
}

function makeCore(scope: TypeScope): CoreTypes {
  const required = (name: string): NetType => {
    const type = scope.find(`System.${name}`, 0);
    if (type === null) throw new Error(`The type System.${name} is not declared.`);
    return type;
  };
  const object = required("Object");
  return {
    object,
    string: required("String"),
    bool: required("Boolean"),
    char: required("Char"),
    sbyte: required("SByte"),
    byte: required("Byte"),
    short: required("Int16"),
    ushort: required("UInt16"),
    int: required("Int32"),
    uint: required("UInt32"),
    long: required("Int64"),
    ulong: required("UInt64"),
    float: required("Single"),
    double: required("Double"),
    decimal: required("Decimal"),
    exception: scope.find("System.Exception", 0),
    disposable: scope.find("System.IDisposable", 0),
    type: scope.find("System.Type", 0) ?? object,
  };
}
