import type { ReportedItem } from "@turnpike/core/testing";

/** Is it something that runs, and not something that may be taken or not? */
export function isLine({ kind }: ReportedItem): boolean {
  return kind === "policy" || kind === "base";
}

/** How often each line ran: where several elements stand in one, the one that ran least. */
export function byLine(items: readonly ReportedItem[]): ReadonlyMap<number, number> {
  const lines = new Map<number, number>();
  for (const { line, hits } of items) lines.set(line, Math.min(lines.get(line) ?? Number.POSITIVE_INFINITY, hits));
  return lines;
}
