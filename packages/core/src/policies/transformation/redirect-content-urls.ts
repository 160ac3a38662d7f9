import { BodyWorkError, type MessageBody } from "../../http/body.js";
import type { Url } from "../../http/url.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { allScopes } from "../../policy/sections.js";
import { isJson, isXml, mediaType } from "../bodies/content-type.js";
import { bodyTooLong, changeText } from "../bodies/text-body.js";
import { currentMessage, isRequestSection } from "../messages.js";

/** The policy redirect-content-urls. */
export const redirectContentUrls = definePolicy({
  name: "redirect-content-urls",
  category: "transformation",
  summary: "Rewrites links in the body between backend and gateway addresses.",
  remarks: [
    "Rewrites links in the body: in outbound those to the backend become links to the gateway, in inbound the other way round. Headers such as Location are left alone.",
    "The reference gives no rules; read here as: both addresses are base URLs (the backend's in force; the caller's scheme and host with the API's path); http and https spellings match, scheme and host without regard to case, JSON's escaped slashes too; what goes on with letters of the same name does not match; only text, JSON, XML and JavaScript bodies are searched.",
  ],
  sections: ["inbound", "outbound"],
  scopes: allScopes,
  attributes: {},
  children: {},
  errors: [bodyTooLong],
  compile(_element, compiler) {
    const message = currentMessage(compiler.section);
    const isRequest = isRequestSection(compiler.section);
    return (exchange) => {
      const backend = exchange.target.baseUrl ?? exchange.api?.serviceUrl ?? null;
      const found = message(exchange);
      if (backend === null || !isSearched(found.headers.get("Content-Type"))) return "continue";
      const gateway = gatewayBase(exchange);
      const backendBase = { origin: backend.origin, path: backend.path.replace(/\/+$/, "") };
      const [from, to] = isRequest ? [gateway, backendBase] : [backendBase, gateway];
      return changeText("redirect-content-urls", exchange, found, (text) => {
        const changed = redirect(text, from, to, new Links(exchange, found.body));
        if (changed.length > exchange.runtime.bodyLimit) throw bodyTooLong.error({ bodyLimit: exchange.runtime.bodyLimit });
        return changed;
      });
    };
  },
});

interface Base {
  readonly origin: string;
  /** Without a slash at its end. */
  readonly path: string;
}

function gatewayBase({ originalUrl, api }: Exchange): Base {
  return { origin: originalUrl.origin, path: apiPath(originalUrl, api?.path ?? "", api?.versioning?.scheme === "segment") };
}

/** As many segments of the caller's path as the API's prefix has, with its version's. */
function apiPath(url: Url, prefix: string, hasVersionSegment: boolean): string {
  const segments = prefix.split("/").filter((part) => part !== "").length + (hasVersionSegment ? 1 : 0);
  return url.path
    .split("/")
    .slice(0, segments + 1)
    .join("/");
}

/** What one link costs, in units of work on bodies. */
const WORK_OF_LINK = 3;

/** Counts links, as each of them costs. */
class Links {
  private links = 0;

  constructor(
    private readonly exchange: Exchange,
    private readonly body: MessageBody,
  ) {}

  /** Throws BodyWorkError if there are too many. */
  count(): void {
    const units = ++this.links * WORK_OF_LINK;
    const { bodyWork: limit } = this.exchange.runtime;
    if (units > limit) throw new BodyWorkError(this.body, { size: this.body.bytes?.length ?? 0, units, left: limit, limit });
  }
}

function redirect(text: string, from: Base, to: Base, links: Links): string {
  const escaped = (plain: string): string => plain.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("/", "\\\\?/");
  const host = escaped(from.origin.slice(from.origin.indexOf("://") + 3));
  const pattern = new RegExp(`https?:\\\\?/\\\\?/${host}(${escaped(from.path)})(?![\\w~%@-]|[.:]\\w)`, "gi");
  return text.replace(pattern, (whole, path: string) => {
    links.count();
    if (path.replaceAll("\\/", "/") !== from.path) return whole;
    const address = to.origin + to.path;
    return whole.includes("\\/") ? address.replaceAll("/", "\\/") : address;
  });
}

function isSearched(contentType: string | null): boolean {
  const type = mediaType(contentType);
  return type.startsWith("text/") || isJson(type) || isXml(type) || /^application\/(?:x-)?(?:javascript|ecmascript)$/.test(type);
}
