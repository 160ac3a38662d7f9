import type { Command, CommandOption } from "./command.js";
import type { CommandEntry } from "./commands.js";

/** `turnpike --help`. */
export function overview(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    "Usage: turnpike COMMAND [options]",
    "",
    "Runs Azure API Management policy documents, and tells what they do.",
    "",
    "Commands:",
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "Options:",
    "  -h, --help     help, also after a command",
    "      --version  the version",
    "",
    "Every command takes --json and --policies MODULE. Exit code: 0 all is well, 1 what was checked falls short, 2 called wrongly.",
  ].join("\n");
}

/** `turnpike COMMAND --help`. */
export function commandHelp({ summary }: CommandEntry, command: Command): string {
  const rows = [
    ...Object.entries(command.options).map(([name, option]) => [optionName(name, option), option.help] as const),
    ["    --policies MODULE", "policies of one's own: a file or package that exports them; may be given several times"] as const,
    ["    --json", "machine-readable output, one JSON object a line"] as const,
    ["-h, --help", "this help"] as const,
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `Usage: turnpike ${command.usage}`,
    "",
    `${summary}.`,
    ...(command.details === undefined ? [] : ["", ...command.details]),
    "",
    "Options:",
    ...rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`),
  ].join("\n");
}

function optionName(name: string, option: CommandOption): string {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  return `${short}--${name}${option.type === "string" ? ` ${option.value ?? "VALUE"}` : ""}`;
}
