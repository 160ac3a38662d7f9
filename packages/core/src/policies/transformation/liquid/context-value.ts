import type { Headers } from "../../../http/headers.js";
import type { Url } from "../../../http/url.js";
import type { Exchange } from "../../../policy/exchange.js";
import { type Drop, Keyed, Pair } from "./values.js";
import { variableValue } from "./variable-value.js";

/** How each member of an object of the context is had. */
type Members<T> = ReadonlyMap<string, (target: T) => unknown>;

function membersOf<T>(members: Readonly<Record<string, (target: T) => unknown>>): Members<T> {
  return new Map(Object.entries(members));
}

/** An object of the context: its members by name and case. */
class ContextDrop<T> implements Drop {
  readonly kind = "drop";

  constructor(
    private readonly target: T,
    private readonly members: Members<T>,
    private readonly write: (() => string) | null = null,
  ) {}

  get text(): string {
    return this.write?.() ?? "";
  }

  member(name: string): unknown {
    return this.members.get(name)?.(this.target);
  }
}

/** A dictionary of the context: pairs of it have `Key` and `Value`. */
class ContextDictionary extends Keyed {
  constructor(
    private readonly find: (name: string) => unknown,
    private readonly names: () => readonly string[],
  ) {
    super();
  }

  get count(): number {
    return new Set(this.names()).size;
  }

  has(key: string): boolean {
    return this.find(key) !== undefined;
  }

  get(key: string): unknown {
    return this.find(key) ?? null;
  }

  *pairs(): Iterable<Pair> {
    for (const name of new Set(this.names())) yield new Pair(name, this.get(name), false);
  }
}

const urlMembers = membersOf<Url>({
  Scheme: (url) => url.scheme,
  Host: (url) => url.host,
  Port: (url) => url.port,
  Path: (url) => url.path,
  QueryString: (url) => url.queryString,
  Query: ({ query }) =>
    new ContextDictionary(
      (name) => (query.has(name) ? query.getAll(name) : undefined),
      () => query.names(),
    ),
  ToUri: (url) => url.toString(),
  ToString: (url) => url.toString(),
});

const requestMembers = membersOf<Exchange>({
  Url: ({ request }) => urlValue(request.url),
  OriginalUrl: ({ originalUrl }) => urlValue(originalUrl),
  Method: ({ request }) => request.method,
  OriginalMethod: ({ request }) => request.method,
  IpAddress: ({ request }) => request.ipAddress,
  MatchedParameters: ({ request: { matchedParameters } }) =>
    new ContextDictionary(
      (name) => matchedParameters.get(name),
      () => [...matchedParameters.keys()],
    ),
  HasBody: ({ request }) => !request.body.isNone,
  ClientCertificates: () => null,
  Headers: ({ request }) => headersValue(request.headers),
});

const responseMembers = membersOf<Exchange>({
  StatusCode: ({ response }) => response.status,
  StatusReason: ({ response }) => response.reason,
  Method: () => null,
  Headers: ({ response }) => headersValue(response.headers),
});

/** What one rendering sees: a variable is made once for it, as it may be a large object. */
interface Scene {
  readonly exchange: Exchange;
  variables: Keyed | null;
}

const contextMembers = membersOf<Scene>({
  Request: ({ exchange }) => new ContextDrop(exchange, requestMembers),
  Response: ({ exchange }) => new ContextDrop(exchange, responseMembers),
  Variables: (scene) => {
    scene.variables ??= variablesValue(scene.exchange);
    return scene.variables;
  },
});

/**
 * What templates see under `context`: the members that the reference lists for request and response, in .NET's letter case, and the
 * variables. Anything else is nothing.
 */
export function contextValue(exchange: Exchange): Drop {
  return new ContextDrop<Scene>({ exchange, variables: null }, contextMembers);
}

function urlValue(url: Url): Drop {
  return new ContextDrop(url, urlMembers, () => url.toString());
}

function headersValue(headers: Headers): Keyed {
  return new ContextDictionary(
    (name) => (headers.has(name) ? headers.getAll(name) : undefined),
    () => headers.names(),
  );
}

function variablesValue({ variables }: Exchange): Keyed {
  const made = new Map<string, unknown>();
  const find = (name: string): unknown => {
    if (!variables.has(name)) return undefined;
    if (!made.has(name)) made.set(name, variableValue(variables.get(name)));
    return made.get(name);
  };
  return new ContextDictionary(find, () => [...variables.keys()]);
}
