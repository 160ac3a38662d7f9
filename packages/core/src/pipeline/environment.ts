import type { GatewayModel } from "../config/model.js";
import type { Diagnostic } from "../diagnostics.js";
import type { XmlDocument } from "../xml/nodes.js";
import type { ExpressionCompiler } from "./expressions.js";
import type { PolicyRegistry } from "./registry.js";

/** What compiling a document needs from around it. */
export interface CompileEnvironment {
  readonly registry: PolicyRegistry;
  readonly configuration: GatewayModel;
  /** True where a document is looked at alone: what it refers to is not there, and that is no error. */
  readonly isDetached: boolean;
  readonly expressions: ExpressionCompiler;
  /** A fragment as read; null if it does not exist or cannot be read. */
  fragment(id: string): XmlDocument | null;
  /** Findings are added here. */
  readonly diagnostics: Diagnostic[];
}
