import { type CallSite, defineType, type TypeDeclaration, withCall } from "@turnpike/expressions";
import { DateTime, NetObject, TimeSpan } from "@turnpike/expressions/values";
import { shownBackend } from "../backends/effective-backend.js";
import { dictionaryOf } from "./dictionary.js";
import {
  apiView,
  backendType,
  deploymentType,
  lastErrorType,
  operationType,
  productType,
  subscriptionType,
  userType,
  workspaceType,
} from "./entity-types.js";
import { GraphqlView, graphqlTypes } from "./graphql.js";
import { ModelView } from "./model-view.js";
import { RequestView } from "./request.js";
import { ResponseView } from "./response.js";
import type { ContextSource } from "./source.js";

/** What expressions know as `context`: a view of one exchange, without state of its own. Every read shows the exchange as it is. */
export class ContextView extends NetObject {
  readonly request: RequestView;

  constructor(readonly source: ContextSource) {
    super();
    this.request = new RequestView(source);
  }

  override get declaration(): TypeDeclaration {
    return contextType;
  }
}

/** The members of `IProxyContext`. */
export const contextType = defineType("interface IProxyContext", {
  "IContextApi Api { get; }": ({ source }: ContextView) => (source.api === null ? null : apiView(source.api, source)),
  "IBackend Backend { get; }": ({ source }: ContextView) => {
    const backend = shownBackend(source);
    return backend === null ? null : new ModelView(backendType, backend);
  },
  "IDeployment Deployment { get; }": ({ source }: ContextView) =>
    new ModelView(deploymentType, source.configuration.deployment, source),
  "System.TimeSpan Elapsed { get; }": ({ source }: ContextView) =>
    new TimeSpan(BigInt(Math.round((source.runtime.clock.now() - source.startedAt) * 10_000))),
  "IGraphQL GraphQL { get; }": ({ source }: ContextView) => (source.graphql == null ? null : new GraphqlView(source.graphql)),
  "ILastError LastError { get; }": ({ source }: ContextView) =>
    source.lastError === null ? null : new ModelView(lastErrorType, source.lastError),
  "IOperation Operation { get; }": ({ source }: ContextView) =>
    source.operation === null ? null : new ModelView(operationType, source.operation),
  "IProduct Product { get; }": ({ source }: ContextView) =>
    source.product === null ? null : new ModelView(productType, source.product, source),
  "IRequest Request { get; }": (self: ContextView) => self.request,
  "System.Guid RequestId { get; }": (self: ContextView) => self.request.requestId,
  "IResponse Response { get; }": ({ source }: ContextView) =>
    source.response === null ? null : new ResponseView(source.response),
  "ISubscription Subscription { get; }": ({ source }: ContextView) =>
    source.subscription === null ? null : new ModelView(subscriptionType, source.subscription, source),
  "System.DateTime Timestamp { get; }": ({ source }: ContextView) => DateTime.fromUnixMilliseconds(source.startedAt),
  "bool Tracing { get; }": ({ source }: ContextView) => source.observer?.isTrace === true,
  "IUser User { get; }": ({ source }: ContextView) => (source.user === null ? null : new ModelView(userType, source.user)),
  "System.Collections.Generic.IReadOnlyDictionary<string, object> Variables { get; }": withCall(
    (site: CallSite, { source }: ContextView) =>
      dictionaryOf(site, "System.Object", {
        size: source.variables.size,
        find: (name) => source.variables.get(name),
        entries: () => source.variables,
        identityOf: (name) => source.variables.identityOf(name),
      }),
  ),
  "IWorkspace Workspace { get; }": ({ source }: ContextView) => {
    const workspace = source.api?.workspace ?? null;
    return workspace === null ? null : new ModelView(workspaceType, workspace);
  },
  "void Trace(string message)": ({ source }: ContextView, message: string | null) =>
    source.observer?.message("expression", source.section, message ?? ""),
});

/** `context` itself, and what only GraphQL resolvers see. */
export const contextOwnTypes = [...graphqlTypes, contextType];

/** The `context` object of an exchange. Cheap: nothing is copied, parts are made when they are asked for. */
export function createContext(exchange: ContextSource): NetObject {
  return new ContextView(exchange);
}
