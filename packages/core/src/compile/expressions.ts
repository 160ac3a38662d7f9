import { type Compilation, compileExpression, type Limits } from "@turnpike/expressions";
import { contextHints } from "../context/hints.js";
import { contextGlobals, contextTypes } from "../context/types.js";
import type { ExpressionLanguage } from "../xml/nodes.js";

/**
 * Compiles the expressions of documents, each text once: fragments and generated documents repeat themselves, and a configuration has most
 * texts of the one before it.
 */
export class ExpressionCompiler {
  private compiled = new Map<string, Compilation>();
  /** Of the generation before. */
  private former = new Map<string, Compilation>();

  private limits: Partial<Limits>;

  constructor(
    /** Of the host: they go before those of a configuration. */
    private readonly own: Partial<Limits> = {},
    /** Do they count which branches are taken? */
    private readonly countsBranches = false,
    /** Do they tell what they do? */
    private readonly tellsShape = false,
    private readonly most = 20_000,
  ) {
    this.limits = own;
  }

  /**
   * Another configuration begins. What neither it nor the one before it uses is forgotten.
   * @param limits those that it sets
   */
  renew(limits: Partial<Limits>): void {
    const all = { ...limits, ...this.own };
    // What is compiled has its limits in it.
    this.former = isSame(all, this.limits) ? this.compiled : new Map();
    this.limits = all;
    this.compiled = new Map();
  }

  /**
   * @param resultType the C# type that the value must convert to; `object` for any
   * @param keepsIdentity the value is stored where other expressions may compare it by reference
   */
  compile(source: string, resultType: string, language: ExpressionLanguage, keepsIdentity = false): Compilation {
    const key = `${language} ${keepsIdentity ? "kept " : ""}${resultType} ${source}`;
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const compilation = this.former.get(key) ?? this.make(source, resultType, language, keepsIdentity);
    if (this.compiled.size >= this.most) this.compiled.clear();
    this.compiled.set(key, compilation);
    return compilation;
  }

  private make(source: string, resultType: string, language: ExpressionLanguage, keepsIdentity: boolean): Compilation {
    return compileExpression(source, {
      language,
      resultType,
      globals: contextGlobals,
      types: contextTypes,
      limits: this.limits,
      keepsIdentity,
      countsBranches: this.countsBranches,
      tellsShape: this.tellsShape,
      hints: contextHints,
    });
  }
}

function isSame(limits: Partial<Limits>, others: Partial<Limits>): boolean {
  const names = Object.keys({ ...limits, ...others }) as (keyof Limits)[];
  return names.every((name) => limits[name] === others[name]);
}
