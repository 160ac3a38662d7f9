import { compileAlone } from "../compile/document.js";
import { ExpressionCompiler } from "../compile/expressions.js";
import { PolicyRegistry } from "../compile/registry.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { emptyModel } from "../model/empty.js";
import type { PolicyDocument } from "../model/model.js";
import { builtinPolicies } from "../policies/index.js";
import type { PolicyDefinition } from "../policy/define.js";
import { OptionalPackages } from "../policy/optional-packages.js";
import { documentSecrets, SecretMask } from "../policy/secret-mask.js";
import type { DocumentFormat } from "../xml/expressions.js";
import type { XmlDocument } from "../xml/nodes.js";
import { readPolicyXml, type XmlLimits } from "../xml/read.js";

/** How a document is read on its own. */
export interface CheckOptions {
  /** The name that diagnostics give to the file. */
  readonly file?: string;
  readonly format?: DocumentFormat;
  /** Policies beside the built-in ones. */
  readonly policies?: readonly PolicyDefinition[];
  /** Bounds of the document. */
  readonly limits?: Partial<XmlLimits>;
  /** Line and column at which the text stands in its file, where it is part of one. */
  readonly origin?: PolicyDocument["origin"];
}

/** What a check gives. */
export interface DocumentCheck {
  /** True if there is no error among the diagnostics. */
  readonly ok: boolean;
  readonly kind: XmlDocument["kind"];
  readonly diagnostics: readonly Diagnostic[];
}

const builtIn = new PolicyRegistry(builtinPolicies);

/**
 * Compiles a document alone, without running it. Named values, fragments and backends that it refers to are not there: that is a
 * warning. Never throws.
 *
 *     const { ok, diagnostics } = checkDocument(await readFile("policy.xml", "utf8"), { file: "policy.xml" });
 */
export function checkDocument(text: string, options: CheckOptions = {}): DocumentCheck {
  const expressions = sharedExpressions;
  const { document, diagnostics: found } = readPolicyXml(
    { text, file: options.file ?? "policy.xml", ...(options.origin === undefined ? {} : { origin: options.origin }) },
    {
      ...(options.format === undefined ? {} : { format: options.format }),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    },
  );
  const diagnostics = [...found];
  if (document !== null) {
    const registry = options.policies === undefined ? builtIn : new PolicyRegistry(builtinPolicies, options.policies);
    compileAlone(document, {
      registry,
      configuration: emptyModel,
      isDetached: true,
      probes: null,
      tellsShapes: false,
      countsAlone: false,
      expressions,
      variables: null,
      packages: new OptionalPackages(),
      fragment: () => null,
      diagnostics,
    });
  }
  diagnostics.sort((a, b) => a.line - b.line || a.column - b.column);
  const mask = new SecretMask(documentSecrets(text));
  return {
    ok: !diagnostics.some(({ severity }) => severity === "error"),
    kind: document?.kind ?? guessKind(text),
    diagnostics: diagnostics.map((finding) => ({ ...finding, message: mask.text(finding.message) })),
  };
}

/** Compiled expressions hold no state of a gateway: checks of a folder full of documents share them. */
const sharedExpressions = new ExpressionCompiler();

function guessKind(text: string): XmlDocument["kind"] {
  if (/<policies[\s>/]/.test(text)) return "policies";
  if (/<fragment[\s>/]/.test(text)) return "fragment";
  return /^\s*<(?:http|sql|cosmosdb)-data-source[\s>/]/.test(text) ? "resolver" : "snippet";
}

/**
 * Reads a policy document into its elements with their places, without looking at what policies they are.
 * @returns the document, or null and the errors that kept it from being read
 */
export function parsePolicy(
  text: string,
  options: Pick<CheckOptions, "file" | "format" | "limits"> = {},
): { readonly document: XmlDocument | null; readonly diagnostics: readonly Diagnostic[] } {
  const { file = "policy.xml", ...rest } = options;
  return readPolicyXml({ text, file }, rest);
}
