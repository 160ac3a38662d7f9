import type { HostHints, KeyRead } from "./bound/hints.js";
import type { Branch } from "./compile/branch-sites.js";
import type { Operand } from "./compile/operands.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { Identity } from "./runtime/identity.js";
import type { Host, Limits, OperandWatcher } from "./runtime/run.js";
import type { TypeDeclaration } from "./types/declare.js";
import type { TypeScopeView } from "./types/net-type.js";

/** How an expression is compiled. */
export interface ExpressionOptions {
  /** `csharp` (default) or `javascript`. */
  readonly language?: "csharp" | "javascript";
  /**
   * The C# type that the value must convert to implicitly, such as `bool`; a value that does not is a compile error (CS0029,
   * CS0266). Default `object`: any value.
   */
  readonly resultType?: string;
  /** Names in scope and their C# types, in the order in which `evaluate` takes their values: `{ context: "IProxyContext" }`. */
  readonly globals?: Readonly<Record<string, string>>;
  /** Types beside the built-in ones, such as those of `context`. The same array should be passed each time: scopes are kept by it. */
  readonly types?: readonly TypeDeclaration[];
  /** True if an expression may name types that are marked `beyond` (outside the documented list). Default false. */
  readonly allowBeyond?: boolean;
  readonly limits?: Partial<Limits>;
  /** The value is stored where other expressions may compare it by reference: `evaluate` tells which object it is. Default false. */
  readonly keepsIdentity?: boolean;
  /** True: which ways an evaluation takes where they part is counted, see {@link Usage.branches}. Default false, which costs nothing. */
  readonly countsBranches?: boolean;
  /** True: {@link Compilation.shape} is told. Default false. */
  readonly tellsShape?: boolean;
  /** What the host knows of its members beyond their types: leads to warnings. */
  readonly hints?: HostHints;
}

/** What an evaluation has charged against its limits, and what it tells beside its value. */
export interface Usage {
  steps: number;
  memory: number;
  /** With `keepsIdentity`: which object a text or a boxed value is. Undefined: one made just now. */
  identity?: Identity;
  /** With `countsBranches`: how often each of {@link CompiledExpression.branches} was taken is added here, by its index. */
  branches?: number[];
}

/** A compiled expression: immutable, reusable, safe to run many times at once. */
export interface CompiledExpression {
  /** The static type of the value in C# terms. */
  readonly type: string;
  /** Members used, as `IMessageBody.As`; constructors as `StringBuilder.new`. By these a host knows what must be ready first. */
  readonly uses: ReadonlySet<string>;
  /** True if the value is known not to depend on globals, clock or randomness; `evaluate` then only hands it out. */
  readonly isConstant: boolean;
  /** True if evaluations tell which object the value is: only with `keepsIdentity`, and only where that can be an older one. */
  readonly hasIdentity: boolean;
  /** With `countsBranches`: the branches that are written in it. Otherwise empty. */
  readonly branches: readonly Branch[];
  /** The types that it was bound with: what `describeValue` needs. */
  readonly scope: TypeScopeView;
  /**
   * Runs it. `globals` are the values of the declared globals, in order. Returns the value in object form (see
   * types/values.ts). Throws `NetException` for a .NET exception and `LimitError` where a limit was reached; nothing else.
   * @param usage filled in with what the evaluation used, also when it fails
   */
  evaluate(globals: readonly unknown[], host?: Host, usage?: Usage): unknown;
  /** The form that tells what its conditions depend on: compiled from the source when it is first asked for, and kept. */
  withOperands(): TellingExpression;
}

/** The form of an expression that tells what its conditions depend on. */
export interface TellingExpression {
  readonly operands: readonly Operand[];
  /** As {@link CompiledExpression.evaluate}. `watcher` is told of operands by their number in the list. */
  evaluate(globals: readonly unknown[], host: Host, usage: Usage | undefined, watcher: OperandWatcher): unknown;
}

/** What compiling gives: an expression, or none and at least one error. Warnings may come with either. */
export interface Compilation {
  /** With `hints`: constant keys of the host's dictionaries that are read without a test whether they are there. */
  readonly keyReads: readonly KeyRead[];
  /** Paths from a global that the expression compares with null or otherwise tests: `context.Subscription`. Empty without hints. */
  readonly tested: ReadonlySet<string>;
  readonly expression: CompiledExpression | null;
  /** With `tellsShape`: what the expression does, as a text. Two that have the same do the same. */
  readonly shape?: string;
  readonly diagnostics: readonly Diagnostic[];
}
