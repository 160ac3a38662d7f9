/** The media type of a Content-Type header, lower case, without parameters; empty for none. */
export function mediaType(contentType: string | null): string {
  return (contentType ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

/** Is it JSON: `application/json`, `text/json` or anything `+json`? */
export function isJson(mediaType: string): boolean {
  return mediaType === "application/json" || mediaType === "text/json" || mediaType.endsWith("+json");
}

/** Is it XML: `application/xml`, `text/xml` or anything `+xml`? */
export function isXml(mediaType: string): boolean {
  return mediaType === "application/xml" || mediaType === "text/xml" || mediaType.endsWith("+xml");
}

/** The charset parameter of a Content-Type header, lower case; null if it has none. */
export function charsetOf(contentType: string | null): string | null {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase() ?? null;
}

/** A Content-Type with its charset parameter, if it has one, changed to utf-8. */
export function withUtf8(contentType: string): string {
  return contentType.replace(/(;\s*charset\s*=\s*)("?)[^\s";]+\2/i, "$1utf-8");
}

/** Bytes as text by charset, byte order mark, or else UTF-8; null where the bytes are not text in that encoding. */
export function decodeText(bytes: Uint8Array, contentType: string | null): string | null {
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(charsetOf(contentType) ?? marked, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
