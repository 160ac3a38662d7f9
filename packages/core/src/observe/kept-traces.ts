import type { TraceDocument } from "./trace-document.js";

/** How a gateway traces what it is asked to, or finds worth it. */
export interface TraceOptions {
  /**
   * Signs the tokens with which callers ask for traces (`turnpike debug-token`), 32 characters or more. Without it only the key of a subscription
   * that is all-access or has `allowTracing` does.
   */
  readonly key?: string;
  /** How many traces are kept, the latest. Default 100. */
  readonly keep?: number;
  /** The share of requests, from 0 to 1, that is traced and kept without being asked for. Default 0. */
  readonly sample?: number;
  /** True: traces of failed requests are kept without being asked for. Every request is traced then, which costs time. Default false. */
  readonly onError?: boolean;
  /**
   * True: traces are kept with what it takes to run their requests again, whole bodies and claims of tokens among it. Default false. A trace that
   * `handle` is asked for has it unless this is false.
   */
  readonly record?: boolean;
}

/** The traces that a gateway keeps. */
export interface KeptTraces {
  /** Null if it is not there, or not any more. */
  get(id: string): TraceDocument | null;
  /** The latest first: which requests there are traces of. */
  list(): readonly {
    readonly id: string;
    readonly timestamp: string;
    readonly method: string;
    readonly url: string;
    readonly status: number;
  }[];
}

/** Characters of JSON that all traces together may take. */
const MOST_CHARACTERS = 50_000_000;

/** Keeps the latest traces, as text, within bounds. */
export class TraceStore implements KeptTraces {
  private readonly texts = new Map<string, string>();
  private characters = 0;

  constructor(private readonly most: number) {}

  add(document: TraceDocument): void {
    const text = JSON.stringify(document);
    this.remove(document.id);
    this.texts.set(document.id, text);
    this.characters += text.length;
    for (const id of this.texts.keys()) {
      if (this.texts.size <= this.most && this.characters <= MOST_CHARACTERS) break;
      this.remove(id);
    }
  }

  get(id: string): TraceDocument | null {
    const text = this.texts.get(id);
    return text === undefined ? null : (JSON.parse(text) as TraceDocument);
  }

  list(): ReturnType<KeptTraces["list"]> {
    return [...this.texts.keys()].reverse().map((id) => {
      const { timestamp, request, answer } = this.get(id)!;
      return { id, timestamp, method: request.method, url: request.url, status: answer.status };
    });
  }

  private remove(id: string): void {
    const text = this.texts.get(id);
    if (text === undefined) return;
    this.texts.delete(id);
    this.characters -= text.length;
  }
}
