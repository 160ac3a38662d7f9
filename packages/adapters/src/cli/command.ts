import type { ParseArgsConfig } from "node:util";
import type { PolicyDefinition } from "@turnpike/core";

type OptionConfig = NonNullable<ParseArgsConfig["options"]>[string];

/** An option of a command, as `node:util` parses it, with what its help line says. */
export interface CommandOption extends OptionConfig {
  readonly help: string;
  /** What stands for its value in the help, such as `FILE`. */
  readonly value?: string;
  /** The option may stand without a value, which then is the empty text: what its values look like. */
  readonly optionalValue?: RegExp;
}

/** Where a command writes. */
export interface Output {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Writes a line to standard output. */
  print(this: void, line: string): void;
  /** The same for what is known to hold no secrets: it is not looked through again. Where it is missing, {@link print} is used. */
  printAsIs?(this: void, line: string): void;
  /** Writes a line to standard error. */
  complain(line: string): void;
}

/** What a command is called with. */
export interface CommandCall {
  /** What followed the command's name, as it was given. */
  readonly args: readonly string[];
  readonly positionals: readonly string[];
  readonly output: Output;
  /** An option's text, if given. */
  text(name: string): string | undefined;
  /** All texts of an option that may be given several times. */
  texts(name: string): readonly string[];
  /** Policies of one's own that `--policies` names. */
  readonly policies: readonly PolicyDefinition[];
  /** Is a switch such as `--json` on? */
  has(name: string): boolean;
}

/** One subcommand of `turnpike`; its name and summary are in the list of commands. */
export interface Command {
  /** What follows `turnpike` in the usage line: `eval EXPRESSION [--context FILE]`. */
  readonly usage: string;
  /** More lines for the command's own help. */
  readonly details?: readonly string[];
  /** Does it print what it was asked to make, as it is? Then it masks for itself what else it prints. */
  readonly printsValues?: true;
  /** Are its arguments paths? Then those that are patterns, such as `tests/*.yaml`, stand for the files that match. */
  readonly takesPatterns?: true;
  /** Does it go on when whoever reads its output goes away? Then it minds for itself what becomes of lines that nobody takes. */
  readonly outlivesReader?: true;
  /** Every command also takes `--help`, `--json` and `--policies`. */
  readonly options: Readonly<Record<string, CommandOption>>;
  /**
   * Runs it.
   * @returns the exit code: 0 when all is well, 1 when what it checked falls short, 2 when it was called wrongly
   * @throws UsageError for a wrong call
   */
  run(call: CommandCall): Promise<number>;
}

/** The command was called wrongly: printed without a stack, exit code 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = "UsageError";
  }
}
