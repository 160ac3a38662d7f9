import type { GatewayResponse } from "@turnpike/core";

const LENGTH = "content-length";

/** Header lines as node:http takes them: Latin-1 without control characters; the length where it is known. */
export function outgoingHeaders(flat: readonly string[], body: GatewayResponse["body"]): string[] {
  const lines: string[] = [];
  let hasLength = false;
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i]!;
    const value = flat[i + 1]!;
    hasLength ||= name.length === LENGTH.length && name.toLowerCase() === LENGTH;
    if (!isHeaderName(name)) continue;
    lines.push(name, cleanValue(value));
  }
  if (!hasLength && body instanceof Uint8Array) lines.push("Content-Length", String(body.length));
  return lines;
}

/** The values of each header in their order, by its name in lower case. */
export function valuesByName(flat: readonly string[]): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i]!.toLowerCase();
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [flat[i + 1]!]);
    else known.push(flat[i + 1]!);
  }
  return byName;
}

/** True for what can stand as the name of a header. */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}

/** A reason phrase that can stand in a status line; empty for one that cannot. */
export function cleanReason(reason: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(reason) ? reason : "";
}

/** A header's values as hosts take them, each as by {@link cleanValue}. */
export function cleanValues(values: readonly string[]): string | string[] {
  return values.length === 1 ? cleanValue(values[0]!) : values.map(cleanValue);
}

/** A header's value as node:http takes it. Text beyond Latin-1 goes out as UTF-8; what could end a header line becomes a blank. */
export function cleanValue(value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  return Buffer.from(value.replace(/[\0-\x08\x0a-\x1f\x7f]/g, " "), "utf8").toString("latin1");
}
