import { readFileSync } from "node:fs";
import type { Diagnostic } from "@turnpike/core";
import { checkDocument, checkConfiguration as checkWhole, type DocumentCheck } from "@turnpike/core/tools";
import { armDetails } from "../arm.js";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { isConfiguration, readConfiguration, readingOptions, sourceOf } from "../configuration.js";
import { formatDiagnostic } from "../diagnostics.js";
import { filesOf } from "../files.js";

/** What was checked: a document, or a configuration with all that belongs to it. */
interface Checked {
  readonly file: string;
  readonly ok: boolean;
  readonly kind: DocumentCheck["kind"] | "configuration";
  readonly diagnostics: readonly Diagnostic[];
}

/** `turnpike check`: compiles documents and configurations without running them. */
export const checkCommand: Command = {
  usage: "check PATH…",
  takesPatterns: true,
  details: [
    "PATH is a policy document, fragment or snippet, or a folder: then all *.xml files below it.",
    "Fragments and named values that a document refers to are not there when it is checked alone: warnings, not errors.",
    "A configuration (gateway.yaml, .json) or a folder that the APIOps extractor has written is compiled as a whole.",
    armDetails,
    "Every finding of a configuration is told, also of what only shows once another entity is set aside.",
    "Values in Key Vault are not asked for: they are unknown, and what depends on them is not judged.",
    "With --json, one object a line: file, ok, kind, diagnostics (severity, code, message, line, column; of a configuration file as well).",
  ],
  options: {
    quiet: { type: "boolean", short: "q", help: "errors only, no warnings" },
    lenient: {
      type: "boolean",
      help: "a configuration is well if something of it can be served: what cannot is set aside, as 'turnpike run' does it",
    },
    format: { type: "string", value: "NAME", help: "how expressions are written: xml (escaped), rawxml, or auto (default)" },
    ...readingOptions,
  },
  async run(call) {
    if (call.positionals.length === 0)
      throw new UsageError("'check' needs a file or folder.", "Example: turnpike check policies/");
    const format = call.text("format") ?? "auto";
    if (format !== "auto" && format !== "xml" && format !== "rawxml")
      throw new UsageError(`Invalid format '${format}': expected auto, xml or rawxml.`);
    const count = { documents: 0, configurations: 0, failed: 0 };
    const add = (checked: Checked): void => {
      if (!checked.ok) count.failed++;
      report(checked, call);
    };
    for (const path of call.positionals) {
      if (isConfiguration(path)) {
        count.configurations++;
        add(await checkConfiguration(path, call));
      } else
        for (const file of filesOf([path], ".xml")) {
          count.documents++;
          add({ file, ...checkDocument(readFileSync(file, "utf8"), { file, format, policies: call.policies }) });
        }
    }
    if (!call.has("json")) call.output.print(summary(count));
    return count.failed === 0 ? 0 : 1;
  },
};

/** Compiles a whole configuration. Nothing is called on the way. */
async function checkConfiguration(path: string, call: CommandCall): Promise<Checked> {
  const { isUsable, diagnostics, setAside } = await checkWhole(await readConfiguration(path, call), call.policies);
  return {
    file: path,
    kind: "configuration",
    ok: isUsable && (call.has("lenient") || setAside.length === 0),
    diagnostics,
  };
}

function report(checked: Checked, call: CommandCall): void {
  if (call.has("json")) return call.output.print(asJson(checked));
  for (const diagnostic of checked.diagnostics)
    if (diagnostic.severity === "error" || !call.has("quiet"))
      call.output.print(`${formatDiagnostic(diagnostic, sourceOf(diagnostic.file))}\n`);
}

function summary({ documents, configurations, failed }: { documents: number; configurations: number; failed: number }): string {
  const all = documents + configurations;
  const what =
    configurations === 0
      ? "documents compile"
      : documents === 0
        ? "configurations compile"
        : "documents and configurations compile";
  return `${all - failed} of ${all} ${what}.`;
}

function asJson({ file, ok, kind, diagnostics }: Checked): string {
  return JSON.stringify({
    file,
    ok,
    kind,
    diagnostics: diagnostics.map((diagnostic) => ({
      severity: diagnostic.severity,
      code: diagnostic.code,
      message: diagnostic.message,
      ...(kind === "configuration" ? { file: diagnostic.file } : {}),
      line: diagnostic.line,
      column: diagnostic.column,
      hint: diagnostic.hint,
    })),
  });
}
