import type { Command } from "./command.js";

/** A command that is loaded when it is called: what all of them need together takes longer to load than most of them to run. */
export interface CommandEntry {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** All subcommands, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: "init",
    summary: "writes a project with a policy, its test and a workflow",
    load: async () => (await import("./commands/init.js")).initCommand,
  },
  {
    name: "run",
    summary: "serves a gateway",
    load: async () => (await import("./commands/run.js")).runCommand,
  },
  {
    name: "pull",
    summary: "writes what a running API Management instance holds as an APIOps folder",
    load: async () => (await import("./commands/pull.js")).pullCommand,
  },
  {
    name: "check",
    summary: "compiles policy documents and configurations without running them",
    load: async () => (await import("./commands/check.js")).checkCommand,
  },
  {
    name: "lint",
    summary: "finds what is likely wrong or unsafe in documents and configurations",
    load: async () => (await import("./commands/lint.js")).lintCommand,
  },
  {
    name: "test",
    summary: "runs policy test files (*.policy-test.yaml)",
    load: async () => (await import("./commands/test.js")).testCommand,
  },
  {
    name: "mutate",
    summary: "changes the documents that test files test, and tells which changes no test notices",
    load: async () => (await import("./commands/mutate.js")).mutateCommand,
  },
  {
    name: "prove",
    summary: "looks for requests of which invariants do not hold, and writes each as a policy test",
    load: async () => (await import("./commands/prove.js")).proveCommand,
  },
  {
    name: "trace",
    summary: "runs one request and tells what happened to it",
    load: async () => (await import("./commands/trace.js")).traceCommand,
  },
  {
    name: "replay",
    summary: "runs a recorded request again and says what differs",
    load: async () => (await import("./commands/replay.js")).replayCommand,
  },
  {
    name: "debug-token",
    summary: "issues a token with which callers have their requests traced",
    load: async () => (await import("./commands/debug-token.js")).debugTokenCommand,
  },
  {
    name: "explain",
    summary: "prints an operation's pipeline in execution order, with the place of every element",
    load: async () => (await import("./commands/explain.js")).explainCommand,
  },
  {
    name: "diff",
    summary: "lists the operations whose pipeline, route or backend differs between two configurations",
    load: async () => (await import("./commands/diff.js")).diffCommand,
  },
  {
    name: "gate",
    summary: "checks, lints, tests and compares a configuration: one report, one exit code",
    load: async () => (await import("./commands/gate.js")).gateCommand,
  },
  {
    name: "eval",
    summary: "evaluates a policy expression and shows its value and type",
    load: async () => (await import("./commands/eval.js")).evalCommand,
  },
  {
    name: "policies",
    summary: "lists the policies known, or explains one",
    load: async () => (await import("./commands/policies.js")).policiesCommand,
  },
];
