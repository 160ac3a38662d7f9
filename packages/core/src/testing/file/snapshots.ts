import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Outcome } from "../outcome.js";
import { lineDiff } from "./diff.js";
import type { Unmet } from "./failure.js";

/** The answers that a test file's tests have given before, kept beside it. */
export class Snapshots {
  private readonly path: string;
  private readonly kept: Record<string, unknown>;
  private readonly taken: Record<string, unknown> = {};

  /** @param isUpdated the answers of now take the place of those that are kept */
  constructor(
    file: string,
    private readonly isUpdated: boolean,
  ) {
    this.path = `${file.replace(/\.ya?ml$/, "")}.snapshot.json`;
    this.kept = existsSync(this.path) ? (JSON.parse(readFileSync(this.path, "utf8")) as Record<string, unknown>) : {};
  }

  /** Holds an answer against the one that is kept under a name. */
  compare(name: string, outcome: Outcome, mask: (text: string) => string): Unmet[] {
    const text = mask(JSON.stringify(answerOf(outcome), null, 2));
    this.taken[name] = JSON.parse(text) as unknown;
    if (this.isUpdated) return [];
    const path = ["snapshot"];
    const known = Object.hasOwn(this.kept, name) ? JSON.stringify(this.kept[name], null, 2) : null;
    if (known === null) return [{ path, message: `there is no snapshot "${name}" in ${this.path}: run once with --update` }];
    if (known === text) return [];
    const diff = lineDiff(known, text);
    return [{ path, message: "the answer is not that of the snapshot", ...(diff === undefined ? {} : { diff }) }];
  }

  /** Writes what was taken, if it is to be kept and differs. */
  save(): void {
    if (!this.isUpdated || (Object.keys(this.taken).length === 0 && Object.keys(this.kept).length === 0)) return;
    const text = `${JSON.stringify(this.taken, null, 2)}\n`;
    if (!existsSync(this.path) || readFileSync(this.path, "utf8") !== text) writeFileSync(this.path, text);
  }
}

function answerOf({ status, reason, headers, text }: Outcome): unknown {
  const isJson = /json/i.test(headers.get("Content-Type") ?? "");
  return { status, reason, headers: [...headers].map(([name, value]) => [name, value]), body: isJson ? parsed(text) : text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
