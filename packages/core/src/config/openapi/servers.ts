import { Url } from "../../http/url.js";
import { entriesOf, listMember, member, textMember } from "./references.js";
import type { Dialect } from "./schemas.js";

/** The address of the first server that is an absolute http(s) URL, its variables at their defaults; null for none. */
export function serviceUrl(document: unknown, dialect: Dialect): string | null {
  if (dialect !== "swagger-2") {
    for (const server of listMember(document, "servers")) {
      const url = textMember(server, "url");
      const filled = url === null ? null : withDefaults(url, server);
      if (filled !== null && Url.parse(filled) !== null) return filled;
    }
    return null;
  }
  const host = textMember(document, "host");
  if (host === null) return null;
  const schemes = listMember(document, "schemes").filter((scheme) => scheme === "http" || scheme === "https");
  const url = `${schemes.includes("https") || schemes.length === 0 ? "https" : "http"}://${host}${textMember(document, "basePath") ?? ""}`;
  return Url.parse(url) === null ? null : url;
}

function withDefaults(url: string, server: unknown): string {
  const variables = new Map(entriesOf(server, "variables"));
  return url.replace(/\{([^{}]{1,100})\}/g, (whole, name: string) => {
    const initial = member(variables.get(name), "default");
    return initial === undefined ? whole : String(initial);
  });
}

/** The path of the first server, without slashes at its ends: below it the operations are. Null for no server. */
export function basePath(document: unknown, dialect: Dialect): string | null {
  const written = dialect === "swagger-2" ? textMember(document, "basePath") : firstServer(document);
  if (written === null) return null;
  // A server's address may be relative to where the document was: its path is what counts.
  const path = URL.canParse(written, "http://server") ? new URL(written, "http://server").pathname : written;
  return path.replace(/^\/+|\/+$/g, "");
}

function firstServer(document: unknown): string | null {
  const [server] = listMember(document, "servers");
  const url = textMember(server, "url");
  return url === null ? null : withDefaults(url, server);
}
