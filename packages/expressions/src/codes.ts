import { bindingErrors } from "./binding/errors.js";
import { hintWarnings } from "./bound/hints.js";
import { errors } from "./csharp/binder/errors.js";
import { flowErrors } from "./csharp/flow/errors.js";
import { syntaxErrors } from "./csharp/syntax-errors.js";
import { compilationErrors } from "./diagnostics/compilation-errors.js";
import { codesOf } from "./diagnostics/problem.js";
import { sourceErrors } from "./diagnostics/source-errors.js";
import { scriptErrors } from "./javascript/errors.js";

const tables = [sourceErrors, hintWarnings, bindingErrors, syntaxErrors, errors, flowErrors, scriptErrors, compilationErrors];

/** Every code that a diagnostic of {@link compileExpression} may carry, sorted, as the tables of problems have it. */
export const codes: readonly string[] = [...new Set(tables.flatMap((table) => codesOf(table)))].sort();
