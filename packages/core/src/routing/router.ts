import { nearest } from "../diagnostics/nearest.js";
import type { Headers } from "../http/headers.js";
import type { Url } from "../http/url.js";
import type { ApiModel } from "../model/model.js";
import { Hostnames } from "./hostnames.js";
import { type OperationMatch, OperationTree, type QueryValues } from "./operations.js";
import { withSoapAction } from "./soap-action.js";
import { decodeSegment } from "./template.js";

/** Where a request goes. */
export interface Route {
  readonly api: ApiModel;
  /** Null if the API has no operation for it. */
  readonly match: OperationMatch | null;
  /** The path behind the API's prefix, version and revision, as the caller wrote it; begins with `/`. */
  readonly path: string;
}

/** An API that cannot be routed because another one stands at the same place. */
export interface RouteConflict {
  readonly api: ApiModel;
  readonly other: ApiModel;
}

interface ApiEntry {
  readonly api: ApiModel;
  readonly operations: OperationTree;
}

/** APIs that share a path: versions of each other, each with its revisions. */
class ApiGroup {
  /** By version in lower case (empty: none), then by revision; the current revision is under the empty name as well. */
  private readonly versions = new Map<string, Map<string, ApiEntry>>();
  private scheme: { readonly scheme: "segment" | "query" | "header"; readonly name: string } | null = null;

  /** The WebSocket APIs at this path; null if there are none. */
  sockets: ApiGroup | null = null;

  /** Those that take requests of a scheme: handshakes come with `ws` or `wss`, and go to others where there is no WebSocket API. */
  forScheme(scheme: string): ApiGroup {
    const { sockets } = this;
    if (sockets === null) return this;
    return scheme === "ws" || scheme === "wss" || this.versions.size === 0 ? sockets : this;
  }

  add(api: ApiModel): ApiModel | null {
    if (api.versioning !== null) this.scheme ??= api.versioning;
    const version = api.version?.toLowerCase() ?? "";
    const revisions = this.versions.get(version) ?? new Map<string, ApiEntry>();
    this.versions.set(version, revisions);
    const other = revisions.get(api.revision) ?? (api.isCurrentRevision ? revisions.get("") : undefined);
    if (other !== undefined) return other.api;
    const entry = { api, operations: new OperationTree(api.operations) };
    revisions.set(api.revision, entry);
    if (api.isCurrentRevision) revisions.set("", entry);
    return null;
  }

  /** Which versions there are, and where they are asked for. */
  whyNoVersion(): string {
    const names = [...this.versions.keys()].filter((version) => version !== "");
    const where =
      this.scheme === null || this.scheme.scheme === "segment"
        ? "in the path behind the API's own"
        : `in the ${this.scheme.scheme === "query" ? "query parameter" : "header"} ${this.scheme.name}`;
    return `No version of the API is asked for that there is: there are ${names.join(", ")}, named ${where}.`;
  }

  /** The version that the request asks for: its revisions, and whether a path segment was used up for it. */
  pick(
    nextSegment: string | undefined,
    url: Url,
    headers: Headers,
  ): { revisions: Map<string, ApiEntry>; usesSegment: boolean } | null {
    const original = this.versions.get("");
    let asked: string | undefined;
    if (this.scheme?.scheme === "segment") {
      const found = nextSegment === undefined ? undefined : this.versions.get(decodeSegment(nextSegment).toLowerCase());
      if (found !== undefined && nextSegment !== "") return { revisions: found, usesSegment: true };
    } else if (this.scheme?.scheme === "query") asked = url.query.getAll(this.scheme.name)[0];
    else if (this.scheme?.scheme === "header") asked = headers.get(this.scheme.name) ?? undefined;
    const revisions = asked === undefined || asked === "" ? original : this.versions.get(asked.toLowerCase());
    return revisions === undefined ? null : { revisions, usesSegment: false };
  }
}

/** Paths that are looked through for the nearest. */
const MOST_PATHS = 1_000;

/** A path between its slashes: `split`, in half the time. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  let from = 0;
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", from)) {
    segments.push(path.slice(from, slash));
    from = slash + 1;
  }
  segments.push(path.slice(from));
  return segments;
}

/** What stands behind the first so many segments of a path, with the slash before it. */
function behind(path: string, segments: readonly string[], length: number): string {
  if (length === 1) return path;
  let at = 0;
  for (let i = 1; i < length; i++) at += segments[i]!.length + 1;
  return at < path.length ? path.slice(at) : "/";
}

/** What templates' query parts are held against. */
const queryFor = ({ type }: ApiModel, { query }: Url, headers: Headers): QueryValues =>
  type === "soap" ? withSoapAction(query, headers) : query;

class PathNode {
  readonly children = new Map<string, PathNode>();
  group: ApiGroup | null = null;
}

const REVISION = /^(.*);rev=([^;/]{1,100})$/s;

/** A segment with a revision at its end: what stands before it, and the revision. */
function revisionIn(segment: string): readonly [before: string, revision: string] | null {
  if (!segment.includes(";rev=")) return null;
  const match = REVISION.exec(segment);
  return match === null ? null : [match[1]!, match[2]!];
}

/** All APIs of a gateway in a tree over their paths. Built once; the cost of a request does not grow with their number. */
export class Router {
  private readonly root = new PathNode();
  private readonly hostnames: Hostnames;
  readonly conflicts: RouteConflict[] = [];
  /** Paths of APIs, for whoever asks what comes nearest. */
  private readonly paths = new Map<string, true>();

  /** @param hostnames the names by which the gateway is reached; none: all */
  constructor(apis: Iterable<ApiModel>, hostnames: readonly string[] = []) {
    this.hostnames = new Hostnames(hostnames);
    for (const api of apis) {
      let node = this.root;
      for (const segment of api.path === "" ? [] : api.path.split("/")) {
        const key = decodeSegment(segment).toLowerCase();
        const next = node.children.get(key) ?? new PathNode();
        node.children.set(key, next);
        node = next;
      }
      node.group ??= new ApiGroup();
      if (this.paths.size < MOST_PATHS) this.paths.set(api.path.toLowerCase(), true);
      // A WebSocket API may share its path with another kind of API: handshakes are its own.
      if (api.type === "websocket") node.group.sockets ??= new ApiGroup();
      const other = (api.type === "websocket" ? node.group.sockets! : node.group).add(api);
      if (other !== null) this.conflicts.push({ api, other });
    }
  }

  /**
   * The API with the longest path that fits, its version, its revision, its operation; null if there is none.
   * @param method upper case
   */
  route(method: string, url: Url, headers: Headers): Route | null {
    if (!this.hostnames.has(url.host)) return null;
    // The first is what stands before the first slash: nothing.
    const segments = segmentsOf(url.path);
    const found = this.longest(segments);
    if (found === null) return null;
    let { length, revision } = found;
    const next = segments[length];
    const nextWithRevision = next === undefined || revision !== null ? null : revisionIn(next);
    const asked = nextWithRevision?.[0] ?? next;
    const picked = found.group.forScheme(url.scheme).pick(asked, url, headers);
    if (picked === null) return null;
    if (picked.usesSegment) {
      length++;
      revision ??= nextWithRevision?.[1] ?? null;
    }
    const entry = picked.revisions.get(revision ?? "");
    if (entry === undefined || !entry.api.isOnline || !entry.api.protocols.includes(url.scheme)) return null;
    const path = behind(url.path, segments, length);
    // One trailing slash does not count.
    if (segments.length > length && segments.at(-1) === "") segments.pop();
    if (path.includes("%")) for (let i = length; i < segments.length; i++) segments[i] = decodeSegment(segments[i]!);
    return { api: entry.api, match: entry.operations.match(method, segments, length, queryFor(entry.api, url, headers)), path };
  }

  /** Why no API takes a URL, and what comes nearest, for the operator. */
  whyNoApi(url: Url, headers: Headers): string {
    if (!this.hostnames.has(url.host)) return `The host ${url.host} is none of the names by which the gateway is reached.`;
    const segments = segmentsOf(url.path);
    const found = this.longest(segments);
    if (found === null) {
      const paths = [...this.paths.keys()];
      const near = nearest(segments[1]!.toLowerCase(), paths);
      return near === null ? `No API has a path that begins ${url.path} does.` : `No API has this path; the nearest is /${near}.`;
    }
    const group = found.group.forScheme(url.scheme);
    const next = segments[found.length];
    const picked = group.pick(revisionIn(next ?? "")?.[0] ?? next, url, headers);
    if (picked === null) return group.whyNoVersion();
    const revision = found.revision ?? revisionIn(next ?? "")?.[1] ?? "";
    const entry = picked.revisions.get(revision);
    if (entry === undefined) return `The API has no revision ${revision}.`;
    if (!entry.api.isOnline) return `The revision ${entry.api.revision} of the API ${entry.api.id} is offline.`;
    return `The API ${entry.api.id} takes ${entry.api.protocols.join(" and ")}, not ${url.scheme}.`;
  }

  /** @param segments of the path, from the second one on */
  private longest(segments: readonly string[]): { group: ApiGroup; length: number; revision: string | null } | null {
    let node = this.root;
    let best: { group: ApiGroup; length: number; revision: string | null } | null =
      node.group === null ? null : { group: node.group, length: 1, revision: null };
    // An API at the root has its revision in a first segment of its own: `/;rev=2/leads`.
    const atRoot = best === null ? null : revisionIn(segments[1]!);
    if (best !== null && atRoot?.[0] === "") best = { group: best.group, length: 2, revision: atRoot[1] };
    for (let index = 1; index < segments.length && node.children.size > 0; index++) {
      const segment = segments[index]!;
      const revised = revisionIn(segment);
      const next = node.children.get(decodeSegment(revised?.[0] ?? segment).toLowerCase());
      if (next === undefined) break;
      node = next;
      if (node.group !== null) best = { group: node.group, length: index + 1, revision: revised?.[1] ?? null };
      if (revised !== null) break;
    }
    return best;
  }
}
