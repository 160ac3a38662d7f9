import type { Headers } from "../http/headers.js";
import type { DiagnosticModel, Diagnostics, LoggedMessageModel, LoggedPart } from "../model/diagnostic.js";

/** Stars in place of a value that a diagnostic masks. */
const MASKED = "***";

/** What was taken down of one message. */
interface Taken {
  headers: readonly (readonly [name: string, value: string])[];
  readonly chunks: Uint8Array[];
  bytes: number;
}

/** How texts that are taken down are shown: without secrets. */
export interface CapturedTexts {
  header(name: string, value: string): string;
  text(text: string, most: number): string;
}

/** A message as a diagnostic logs it. */
export interface LoggedMessage {
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where none was asked for. */
  readonly body: string;
}

/** What diagnostics want of a request's messages, taken down as they pass: the headers that one of them asks for, and the first bytes of bodies. */
export class Capture {
  private readonly taken = new Map<LoggedPart, Taken>();

  private constructor(private readonly wanted: readonly DiagnosticModel[]) {}

  /** Null: none of them wants anything. */
  static for(diagnostics: Diagnostics): Capture | null {
    const wanted = captures.get(diagnostics) ?? wantingAny(diagnostics);
    return wanted.length === 0 ? null : new Capture(wanted);
  }

  /** Takes down the headers that are asked for. Of several calls of the backend the last one counts. */
  headers(part: LoggedPart, headers: Headers): void {
    const all = this.wanted.map(({ messages }) => messages[part]);
    const kept = [...headers].filter(([name]) => all.some((message) => message.headers.has(name.toLowerCase())));
    this.taken.set(part, { headers: kept, chunks: [], bytes: 0 });
  }

  /** Takes down a part of a body, as far as it is asked for. */
  chunk(part: LoggedPart, chunk: Uint8Array): void {
    const most = this.bytesOf(part);
    const taken = this.taken.get(part);
    if (taken === undefined || taken.bytes >= most || chunk.length === 0) return;
    const piece = chunk.subarray(0, most - taken.bytes);
    taken.chunks.push(piece.slice());
    taken.bytes += piece.length;
  }

  /** Is a body of this message asked for? */
  bytesOf(part: LoggedPart): number {
    return Math.max(...this.wanted.map(({ messages }) => messages[part].bytes));
  }

  /** A message as one diagnostic logs it. */
  logged(part: LoggedPart, asked: LoggedMessageModel, texts: CapturedTexts): LoggedMessage {
    const { headers, chunks } = this.taken.get(part) ?? NOTHING;
    const shown: Record<string, string> = Object.create(null);
    for (const [name, value] of headers) {
      const key = name.toLowerCase();
      const mask = asked.maskedHeaders.get(key);
      if (!asked.headers.has(key) || mask === "Hide") continue;
      const text = mask === "Mask" ? MASKED : texts.header(name, value);
      shown[name] = shown[name] === undefined ? text : `${shown[name]}, ${text}`;
    }
    const body = Buffer.concat(chunks).subarray(0, asked.bytes);
    return { headers: shown, body: body.length === 0 ? "" : texts.text(body.toString("utf8"), asked.bytes) };
  }
}

const NOTHING: Taken = { headers: [], chunks: [], bytes: 0 };
const captures = new WeakMap<Diagnostics, readonly DiagnosticModel[]>();

/** Those that want a header or a body, found once for a configuration. */
function wantingAny(diagnostics: Diagnostics): readonly DiagnosticModel[] {
  const wanting = [...diagnostics.values()].filter(({ messages }) =>
    Object.values(messages).some(({ headers, bytes }) => headers.size > 0 || bytes > 0),
  );
  captures.set(diagnostics, wanting);
  return wanting;
}

/** A URL with the query parameters masked that a diagnostic names. */
export function maskedUrl(url: string, { maskedQuery }: LoggedMessageModel): string {
  const at = url.indexOf("?");
  if (maskedQuery.size === 0 || at < 0) return url;
  const parts = url.slice(at + 1).split("&");
  const kept = parts.flatMap((part) => {
    const equals = part.indexOf("=");
    const mask = maskedQuery.get(decoded(equals < 0 ? part : part.slice(0, equals)));
    if (mask === undefined) return [part];
    return mask === "Hide" ? [] : [`${part.slice(0, equals < 0 ? part.length : equals)}=${MASKED}`];
  });
  return kept.length === 0 ? url.slice(0, at) : `${url.slice(0, at)}?${kept.join("&")}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
