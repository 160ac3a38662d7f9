import type { CompiledExpression, Usage } from "@turnpike/expressions";
import type { Place } from "../diagnostics/place.js";
import type { PolicyDefinition } from "../policy/define.js";
import { PolicyError } from "../policy/error.js";
import type { Flow, Step } from "../policy/flow.js";
import type { XmlDocument } from "../xml/nodes.js";
import type { MappedText } from "../xml/source.js";

/**
 * What of a document can be reached or not: an element that runs, a `<base />` whose outer part runs, a branch of choose that is taken, a
 * choose that is left without a branch, a side of a branch inside an expression, a policy that refuses or fails, an expression that is asked
 * for its value.
 */
export type ProbeKind = "policy" | "base" | "when" | "otherwise" | "not-taken" | "branch" | "error" | "value";

/** Something that can be reached, and where it stands. */
export interface ProbeSite {
  readonly kind: ProbeKind;
  /** The element's name; of a branch in an expression its operator and side: `?: true`. */
  readonly name: string;
  readonly place: Place;
  readonly end: Place;
  /** In a fragment: where that is included. */
  readonly included: Place | null;
}

/** Called when a site is reached, with how often. */
export type Probe = (times: number) => void;

/** Whoever wants to know what of documents is reached. Asked for a probe at each site while documents are compiled. */
export interface Probes {
  at(site: ProbeSite): Probe;
}

/** The probes of one document, or of a fragment where it is included. */
export class DocumentProbes {
  constructor(
    private readonly probes: Probes,
    private readonly document: XmlDocument,
    private readonly included: Place | null,
  ) {}

  /** A probe for what stands between two offsets of the document. */
  at(kind: ProbeKind, name: string, start: number, end: number): Probe {
    const { source } = this.document;
    return this.probes.at({ kind, name, place: source.place(start), end: source.place(end), included: this.included });
  }

  /** A step that is counted each time it begins. */
  step(step: Step, probe: Probe): Step {
    return (exchange) => {
      probe(1);
      return step(exchange);
    };
  }

  /** A policy's step that is counted each time it begins, and each time that it refuses or fails by itself. */
  policy(step: Step, definition: PolicyDefinition, { name, start, end }: Element): Step {
    const counted = this.step(step, this.at("policy", name, start, end));
    const own = (definition.errors ?? []).filter(({ reason }) => !isOfExpressions(reason));
    if (own.length === 0) return counted;
    const refused = this.at("error", name, start, end);
    const answersItself = own.some(({ reason, status }) => reason === null && Number(status) < 500);
    const left = (flow: Flow): Flow => {
      if (flow === "stop" && answersItself) refused(1);
      return flow;
    };
    const failed = (error: unknown): never => {
      if (isOwn(error)) refused(1);
      throw error;
    };
    return (exchange) => {
      try {
        const flow = counted(exchange);
        return typeof flow === "string" ? left(flow) : flow.then(left, failed);
      } catch (error) {
        return failed(error);
      }
    };
  }

  /**
   * An expression that is counted, and its branches with it.
   * @param lead where it begins in `code`
   * @param start where the value stands in the document
   */
  expression(expression: CompiledExpression, code: MappedText, lead: number, start: number): CompiledExpression {
    const asked = this.at("value", "value", start, start + code.text.length);
    const probes = expression.branches.map(({ name, start, end }) =>
      this.at("branch", name, code.offset(lead + start), code.offset(lead + end - 1) + 1),
    );
    return {
      ...expression,
      evaluate(globals, host, usage: Usage = { steps: 0, memory: 0 }): unknown {
        asked(1);
        const branches: number[] = [];
        usage.branches = branches;
        try {
          return expression.evaluate(globals, host, usage);
        } finally {
          branches.forEach((times, branch) => probes[branch]!(times));
        }
      },
    };
  }
}

interface Element {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Is it this policy that failed, and not an expression or a policy inside? Those have their path by the time the error comes here. */
function isOwn(error: unknown): boolean {
  return !(error instanceof PolicyError) || (error.path === null && !isOfExpressions(error.reason));
}

function isOfExpressions(reason: string | null): boolean {
  return reason?.startsWith("ExpressionValue") === true;
}
