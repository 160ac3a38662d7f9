/**
 * The rooms of each package, from the bottom to the top: a room imports only rooms that stand above it in its list. A room is a folder of
 * `src`, or a file beside them. `docs/architecture.md` says what each holds.
 */
export const rooms = {
  expressions: [
    "diagnostics",
    "runtime",
    "types",
    "bound",
    "dotnet",
    "binding",
    "csharp",
    "javascript",
    "compile",
    "expression",
    "bind-expression",
    "compile-expression",
    "codes",
    "expression-end",
    "variants",
    "describe",
    "values",
    "analysis",
    "index",
  ],
  core: [
    "http",
    "time",
    "diagnostics",
    "model",
    "xml",
    "yaml",
    "stores",
    "policy",
    "observe",
    "routing",
    "backends",
    "context",
    "compile",
    "config",
    "policies",
    "mcp",
    "agents",
    "graphql",
    "snapshot",
    "run",
    "replay",
    "shadow",
    "gateway-options",
    "gateway-services",
    "gateway",
    "live",
    "explain",
    "lint",
    "testing",
    "index",
    "adapter",
    "tools",
  ],
  adapters: [
    "optional-package",
    "wire",
    "host",
    "node",
    "express",
    "fastify",
    "fetch",
    "redis",
    "azure",
    "sql",
    "apiops",
    "arm",
    "templates",
    "admin",
    "console",
    "opentelemetry",
    "sinks",
    "cli",
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A package of this repository. The lower one knows nothing of those behind it. */
export type PackageName = keyof typeof rooms;

/** Arrows that still point up, as `room → room`. There may be none. */
export const upwardArrows: Readonly<Record<PackageName, readonly string[]>> = {
  expressions: [],
  core: [],
  adapters: [],
};

/** Files that import each other in a circle, and why they must. */
export interface FileCircle {
  readonly why: string;
  /** By name, in alphabetical order. */
  readonly files: readonly string[];
}

/** The circles of files that there are, each by the names of its files. What is not listed here may not be. */
export const fileCircles: Readonly<Record<PackageName, readonly FileCircle[]>> = {
  expressions: [
    {
      why: "an operand converts by the overload that it chooses, and an overload is chosen by what its arguments convert to",
      files: ["binding/convert", "binding/inference", "binding/lambda-conversion", "binding/method-groups", "binding/overloads"],
    },
    {
      why: "recursive descent over C#",
      files: [
        "csharp/binder/arguments",
        "csharp/binder/assignment",
        "csharp/binder/binary",
        "csharp/binder/concatenation",
        "csharp/binder/conditional",
        "csharp/binder/creation",
        "csharp/binder/declarations",
        "csharp/binder/enum-operators",
        "csharp/binder/equality",
        "csharp/binder/expressions",
        "csharp/binder/indexing",
        "csharp/binder/initializers",
        "csharp/binder/interpolation",
        "csharp/binder/invocation",
        "csharp/binder/lambda",
        "csharp/binder/local-functions",
        "csharp/binder/loops",
        "csharp/binder/names",
        "csharp/binder/patterns",
        "csharp/binder/query",
        "csharp/binder/statements",
        "csharp/binder/switch",
        "csharp/binder/try",
        "csharp/binder/unary",
        "csharp/binder/using",
      ],
    },
    {
      why: "recursive descent over JavaScript",
      files: [
        "javascript/calls",
        "javascript/expressions",
        "javascript/functions",
        "javascript/members",
        "javascript/net-calls",
        "javascript/patterns",
        "javascript/statements",
      ],
    },
    {
      why: "values convert by calls of operations, whose arguments are converted",
      files: ["javascript/convert", "javascript/script"],
    },
    {
      why: "statements and the expressions in them",
      files: ["compile/expression", "compile/statements"],
    },
  ],
  core: [],
  adapters: [],
};
