import { type Host, type LimitError, type Limits, NetException } from "@turnpike/expressions";
import { builtinScope, type CallSite, Run } from "@turnpike/expressions/values";

/** How a node ended: `break` and `continue` travel up to the next loop. */
export type Signal = "break" | "continue" | undefined;

/** A part of a template, ready to be rendered. */
export interface Node {
  readonly kind: string;
  /** Writes to the rendering. Throws NetException for what prints in place, LimitError for what ends the rendering. */
  render(r: Rendering): Signal;
}

/** Deepest nesting of blocks that have variables of their own: the engine's. */
const MOST_SCOPES = 80;

const SYNTAX_EXCEPTION = "DotLiquid.Exceptions.SyntaxException";

/** An error that prints as `Liquid syntax error: …`. */
export function syntaxException(message: string): NetException {
  return new NetException(SYNTAX_EXCEPTION, message);
}

/** An error of the engine's own that prints as `Liquid error: …`. */
export function liquidException(message: string): NetException {
  return new NetException("DotLiquid.Exceptions.LiquidException", message);
}

/** One rendering under way: variables, what has been written, and the meters. */
export class Rendering {
  readonly run: Run;
  /** For .NET members that need an evaluation at hand. */
  readonly site: CallSite;
  /** What has been written. */
  private out = "";
  /** Innermost last. The first one is the template's own, which assign and capture write to. */
  private readonly scopes: Map<string, unknown>[] = [new Map()];
  private depth = 1;
  /** Where the loops of each name ended, for `offset:continue`. */
  readonly loopEnds = new Map<string, number>();
  readonly cycles = new Map<string, number>();
  /** What the last ifchanged wrote. */
  lastChanged: string | null = null;

  constructor(
    private readonly globals: Readonly<Record<string, unknown>>,
    host: Host,
    limits: Limits,
  ) {
    this.run = new Run(host, limits);
    this.site = { run: this.run, scope: builtinScope, typeArguments: [], declaringArguments: [] };
  }

  get text(): string {
    return this.out;
  }

  write(text: string): void {
    this.run.allocate(text.length);
    this.out += text;
  }

  /** The value of a variable; null for one that is not there. */
  find(name: string): unknown {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const value = this.scopes[i]!.get(name);
      if (value !== undefined) return value;
    }
    return Object.hasOwn(this.globals, name) ? this.globals[name] : null;
  }

  /** Sets a variable for the rest of the template. */
  assign(name: string, value: unknown): void {
    this.run.allocate(1);
    this.scopes[0]!.set(name, value ?? null);
  }

  /** Renders inside a block. `variables` are its own; null for a block that sets none. */
  within(variables: Map<string, unknown> | null, render: () => Signal): Signal {
    if (this.depth > MOST_SCOPES) throw liquidException("Error - Nesting too deep");
    this.depth++;
    if (variables !== null) this.scopes.push(variables);
    try {
      return render();
    } finally {
      this.depth--;
      if (variables !== null) this.scopes.pop();
    }
  }

  /** Renders aside; what is written goes to `use` unless a `break` or `continue` ends it early. */
  aside(render: () => Signal, use: (text: string) => void): Signal {
    const before = this.out;
    this.out = "";
    let signal: Signal;
    let text: string;
    try {
      signal = render();
      text = this.out;
    } finally {
      this.out = before;
    }
    if (signal === undefined) use(text);
    return signal;
  }

  /** Renders one node after the other. What fails prints its error, and rendering goes on behind it. */
  all(nodes: readonly Node[]): Signal {
    for (const node of nodes) {
      this.run.step();
      try {
        const signal = node.render(this);
        if (signal !== undefined) return signal;
      } catch (error) {
        if (!(error instanceof NetException)) throw error;
        this.write(errorText(error));
      }
    }
    return undefined;
  }
}

function errorText({ typeName, message }: NetException): string {
  return `${typeName === SYNTAX_EXCEPTION ? "Liquid syntax error" : "Liquid error"}: ${message}`;
}

/** What a reached limit is called: the meters are those of expressions. */
export function limitText({ limit, message }: LimitError, limits: Limits): string {
  switch (limit) {
    case "steps":
      return `It took more than ${limits.steps} steps.`;
    case "memory":
      return `It used more memory than ${limits.memory} characters take.`;
    case "time":
      return `It ran longer than ${limits.time} ms.`;
    default:
      return message;
  }
}
