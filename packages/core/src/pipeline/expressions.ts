import { type Compilation, compileExpression, type Limits } from "@turnpike/expressions";
import { contextHints } from "../context/hints.js";
import { contextGlobals, contextTypes } from "../context/types.js";
import type { ExpressionLanguage } from "../xml/nodes.js";

/** Compiles the expressions of documents, each text once: fragments and generated documents repeat themselves. */
export class ExpressionCompiler {
  private readonly compiled = new Map<string, Compilation>();

  constructor(
    private readonly limits: Partial<Limits> = {},
    private readonly most = 20_000,
  ) {}

  /** @param resultType the C# type that the value must convert to; `object` for any */
  compile(source: string, resultType: string, language: ExpressionLanguage): Compilation {
    const key = `${language} ${resultType} ${source}`;
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const compilation = compileExpression(source, {
      language,
      resultType,
      globals: contextGlobals,
      types: contextTypes,
      limits: this.limits,
      hints: contextHints,
    });
    if (this.compiled.size >= this.most) this.compiled.clear();
    this.compiled.set(key, compilation);
    return compilation;
  }
}
