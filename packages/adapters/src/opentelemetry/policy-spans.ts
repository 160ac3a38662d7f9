import type * as Api from "@opentelemetry/api";
import type {
  EvaluationObserver,
  Observer,
  OutgoingRequest,
  PolicyError,
  PolicyInfo,
  Runtime,
  StepOutcome,
} from "@turnpike/core";

const PARENT = Symbol("parent");

/** The context that a call stands in, where a policy with a span of its own makes it. */
export function parentOf(request: OutgoingRequest): Api.Context | null {
  return (request as { readonly [PARENT]?: Api.Context })[PARENT] ?? null;
}

function withParent(request: OutgoingRequest, context: Api.Context): OutgoingRequest {
  return Object.assign({ ...request }, { [PARENT]: context });
}

/** A span for each policy that runs, and what it calls below it. */
export class PolicySpans implements Observer {
  readonly isTrace = false;
  private span: Api.Span | null = null;

  constructor(
    private readonly api: typeof Api,
    private readonly tracer: Api.Tracer,
    private readonly context: Api.Context,
    private readonly mask: (text: string) => string,
  ) {}

  enter(policy: PolicyInfo): Observer {
    const { api, tracer, context } = this;
    const { name, section, scope, place, policyId } = policy;
    const span = tracer.startSpan(
      name,
      {
        kind: api.SpanKind.INTERNAL,
        attributes: {
          "turnpike.policy": name,
          "turnpike.section": section,
          "turnpike.scope": scope,
          "turnpike.place": `${place.file}:${place.line}:${place.column}`,
          ...(policyId === null ? {} : { "turnpike.policy.id": policyId }),
        },
      },
      context,
    );
    const inner = new PolicySpans(api, tracer, api.trace.setSpan(context, span), this.mask);
    inner.span = span;
    return inner;
  }

  leave(_policy: PolicyInfo, outcome: StepOutcome, error: PolicyError | null): void {
    const { span, api, mask } = this;
    if (span === null) return;
    span.setAttribute("turnpike.outcome", outcome);
    if (error !== null) {
      span.setAttribute("error.type", error.reason);
      span.setStatus({ code: api.SpanStatusCode.ERROR, message: mask(error.message) });
    }
    span.end();
  }

  services(runtime: Runtime): Runtime {
    const { context } = this;
    const { transport } = runtime;
    return {
      ...runtime,
      store: runtime.store,
      transport: (request) => transport(parentOf(request) === null ? withParent(request, context) : request),
    };
  }

  skip(_branch: PolicyInfo): void {}

  evaluate(): EvaluationObserver | null {
    return null;
  }

  message(): void {}

  why(sentence: string): void {
    this.span?.setAttribute("turnpike.why", this.mask(sentence));
  }
}
