/** The `turnpike` command: a table of subcommands, each in a file of its own under `commands/`, loaded when it is called. */
import { parseArgs } from "node:util";
import { endWithReader } from "./closed-pipe.js";
import { type Command, type CommandCall, type Output, UsageError } from "./command.js";
import { type CommandEntry, commands } from "./commands.js";
import { commandHelp, overview } from "./help.js";
import { policiesIn } from "./own-policies.js";
import { expandPatterns } from "./patterns.js";
import { version } from "./version.js";

export type { Command, CommandCall, CommandOption, Output } from "./command.js";
export { UsageError } from "./command.js";

const processOutput: Output = {
  stdout: process.stdout,
  stderr: process.stderr,
  print: (line) => {
    process.stdout.write(`${line}\n`);
  },
  complain: (line) => {
    process.stderr.write(`${line}\n`);
  },
};

/**
 * Runs `turnpike` with the arguments that follow its name.
 * @returns the exit code: 0 all is well, 1 what was checked falls short, 2 called wrongly
 */
export async function main(argv: readonly string[], output: Output = processOutput): Promise<number> {
  const outliveReader = output === processOutput ? endWithReader(output) : () => {};
  try {
    return await dispatch(argv, output, outliveReader);
  } catch (error) {
    const failure = asUsageError(error);
    if (failure === null) throw error;
    const { maskSecrets } = await tools();
    output.complain(`turnpike: ${maskSecrets(failure.message)}`);
    if (failure.hint !== undefined) output.complain(failure.hint);
    return 2;
  }
}

async function dispatch(argv: readonly string[], output: Output, outliveReader: () => void): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    output.complain(overview(commands));
    return 2;
  }
  if (name === "--version" || name === "version") {
    output.print(version());
    return 0;
  }
  if (name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
    output.print(overview(commands));
    return 0;
  }
  const entry = await find(name === "help" ? rest[0]! : name);
  const command = await entry.load();
  if (name === "help" || isHelpAsked(rest)) {
    output.print(commandHelp(entry, command));
    return 0;
  }
  if (command.outlivesReader) outliveReader();
  return command.run(await parse(entry, command, rest, command.printsValues ? output : await masked(output)));
}

/** Loads what all commands need, which the list of them and the version do not. */
const tools = (): Promise<typeof import("@turnpike/core/tools")> => import("@turnpike/core/tools");

/** Whatever a command prints holds no secret that can be told by where it stands. */
async function masked(output: Output): Promise<Output> {
  const { maskSecrets } = await tools();
  return {
    ...output,
    printAsIs: output.print,
    print: (line) => output.print(maskSecrets(line)),
    complain: (line) => output.complain(maskSecrets(line)),
  };
}

function isHelpAsked(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

async function find(name: string): Promise<CommandEntry> {
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const { nearest } = await tools();
  const near = nearest(
    name,
    commands.map((candidate) => candidate.name),
  );
  throw new UsageError(
    `There is no command '${name}'.`,
    near === null ? "See: turnpike --help" : `Did you mean '${near}'? See: turnpike --help`,
  );
}

async function parse(entry: CommandEntry, command: Command, args: readonly string[], output: Output): Promise<CommandCall> {
  const options = {
    ...command.options,
    json: { type: "boolean" as const },
    policies: { type: "string" as const, multiple: true },
    help: { type: "boolean" as const, short: "h" },
  };
  for (const arg of args) {
    if (arg === "--") break;
    const option = /^--([^=]+)/.exec(arg)?.[1];
    if (option === undefined || Object.hasOwn(options, option)) continue;
    const { nearest } = await tools();
    const near = nearest(option, Object.keys(options));
    const see = `See: turnpike ${entry.name} --help`;
    throw new UsageError(
      `'${entry.name}' has no option '--${option}'.`,
      near === null ? see : `Did you mean '--${near}'? ${see}`,
    );
  }
  const { values, positionals } = parseArgs({ args: withValues(command, args), options, allowPositionals: true, strict: true });
  const given = values as Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  return {
    args,
    positionals: command.takesPatterns ? await expandPatterns(positionals) : positionals,
    output,
    policies: await policiesIn((given["policies"] ?? []) as string[]),
    text: (name) => {
      const value = given[name];
      return typeof value === "string" ? value : undefined;
    },
    texts: (name) => {
      const value = given[name];
      return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
    },
    has: (name) => given[name] === true,
  };
}

/** The arguments, where options that may stand without a value have one: the next argument if it looks like it, or else the empty text. */
function withValues({ options }: Command, args: readonly string[]): string[] {
  const given: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") return [...given, ...args.slice(index)];
    const looksLikeValue = options[/^--([^=]+)$/.exec(arg)?.[1] ?? ""]?.optionalValue;
    if (looksLikeValue === undefined) given.push(arg);
    else if (looksLikeValue.test(args[index + 1] ?? "")) given.push(`${arg}=${args[++index]}`);
    else given.push(`${arg}=`);
  }
  return given;
}

/** Wrong calls and files that cannot be read are the user's to mend; anything else is a defect and keeps its stack. */
function asUsageError(error: unknown): UsageError | null {
  if (error instanceof UsageError) return error;
  if (!(error instanceof Error)) return null;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code?.startsWith("ERR_PARSE_ARGS_")) return new UsageError(error.message);
  if (code === "ENOENT") return new UsageError(`${path}: no such file or directory.`);
  if (code === "EACCES" || code === "EISDIR") return new UsageError(`${path ?? "The file"} cannot be read (${code}).`);
  return null;
}
