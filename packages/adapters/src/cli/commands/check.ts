import { readFileSync } from "node:fs";
import { checkDocument, type DocumentCheck } from "@turnpike/core";
import { type Command, UsageError } from "../command.js";
import { formatDiagnostic } from "../diagnostics.js";
import { filesOf } from "../files.js";

/** `turnpike check`: compiles documents without running them. */
export const checkCommand: Command = {
  name: "check",
  usage: "check PATH…",
  summary: "compiles policy documents without running them",
  details: [
    "PATH is a policy document, fragment or snippet, or a folder: then all *.xml files below it.",
    "Fragments and named values that a document refers to are not there when it is checked alone: warnings, not errors.",
    "With --json, one object a line: file, ok, kind, diagnostics (severity, code, message, line, column).",
  ],
  options: {
    quiet: { type: "boolean", short: "q", help: "errors only, no warnings" },
    format: { type: "string", value: "NAME", help: "how expressions are written: xml (escaped), rawxml, or auto (default)" },
  },
  async run(call) {
    if (call.positionals.length === 0)
      throw new UsageError("'check' needs a file or folder.", "Example: turnpike check policies/");
    const format = call.text("format") ?? "auto";
    if (format !== "auto" && format !== "xml" && format !== "rawxml")
      throw new UsageError(`There is no format '${format}'.`, "Known: auto, xml, rawxml.");
    const files = filesOf(call.positionals, ".xml");
    let failed = 0;
    for (const file of files) {
      const text = readFileSync(file, "utf8");
      const result = checkDocument(text, { file, format });
      if (!result.ok) failed++;
      if (call.has("json")) call.output.print(asJson(file, result));
      else
        for (const one of result.diagnostics)
          if (one.severity === "error" || !call.has("quiet")) call.output.print(`${formatDiagnostic(one, text)}\n`);
    }
    if (!call.has("json")) call.output.print(`${files.length - failed} of ${files.length} documents compile.`);
    return failed === 0 ? 0 : 1;
  },
};

function asJson(file: string, { ok, kind, diagnostics }: DocumentCheck): string {
  return JSON.stringify({
    file,
    ok,
    kind,
    diagnostics: diagnostics.map(({ severity, code, message, line, column, hint }) => ({
      severity,
      code,
      message,
      line,
      column,
      hint,
    })),
  });
}
