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
    "snapshot",
    "run",
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
    "apiops",
    "admin",
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

/** Files (by how their names begin) that may import each other in a circle, and why. */
export const fileCircles: Readonly<Record<PackageName, Readonly<Record<string, string>>>> = {
  expressions: {
    "binding/": "an operand converts by the overload that it chooses, and an overload is chosen by what its arguments convert to",
    "csharp/binder/": "recursive descent over C#",
    "javascript/": "recursive descent over JavaScript",
    "compile/": "statements and the expressions in them",
    "dotnet/": "a value and the type that declares its members",
    "types/declare": "a type knows its declaration, and what declares it is given types",
    "types/net-type": "a type knows its declaration, and what declares it is given types",
  },
  core: {},
  adapters: {},
};
