import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type {
  ConfigurationInput,
  ConfigurationSource,
  Gateway,
  GatewayConfiguration,
  LiveEvent,
  LiveGateway,
  Logger,
} from "@turnpike/core";
import { afterEach, beforeEach } from "vitest";

/** A configuration that answers with a word, the file or text of its policy. */
export function saying(word: string, more: GatewayConfiguration = {}): GatewayConfiguration {
  return { ...more, apis: { api: { path: "api", subscriptionRequired: false, operations, policy: answering(word) } } };
}

const operations = { all: { method: "GET", urlTemplate: "/*" } };

/** A policy document that answers with a word. */
export function answering(word: string): string {
  return `<policies><inbound><return-response><set-status code="200" reason="OK" /><set-body>${word}</set-body></return-response></inbound></policies>`;
}

/** What a gateway answers. */
export async function answer(gateway: Gateway): Promise<string> {
  const { status, body } = await gateway.handle({ method: "GET", url: "https://api.example/api/x", headers: {} });
  return status === 200 ? Buffer.from(body as Uint8Array).toString() : String(status);
}

/** A source whose answers a test sets: a configuration, null for the same as before, or an error. */
export function scripted(first: ConfigurationInput | Error | null) {
  const source = {
    name: "the source",
    next: first,
    reads: 0,
    async read(): Promise<ConfigurationInput | null> {
      source.reads++;
      const { next } = source;
      if (next instanceof Error) throw next;
      source.next = null;
      return next;
    },
  };
  return source satisfies ConfigurationSource;
}

/** Notes what happens, without its details. */
export function noting() {
  const events: string[] = [];
  const lines: { level: string; fields: unknown; message: string }[] = [];
  const line = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  const logger: Logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  const observe = (event: LiveEvent): void => {
    events.push(event.kind === "in-force" ? `in-force ${event.origin}` : event.kind);
  };
  return { events, lines, logger, observe };
}

/** A folder for each test, and an end for each gateway. */
export function workFolder() {
  const place = { folder: "", open: [] as LiveGateway[] };
  let time = 0;
  beforeEach(() => {
    place.folder = mkdtempSync(join(tmpdir(), "turnpike-live-"));
    time = Date.now() / 1000 - 100_000;
  });
  afterEach(async () => {
    for (const live of place.open.splice(0)) await live.close();
    rmSync(place.folder, { recursive: true });
  });
  return {
    path: (name: string): string => join(place.folder, name),
    /** Writes a file that came to rest some time ago, each later than the one before. */
    write(name: string, text: string): string {
      const path = join(place.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      time += 10;
      utimesSync(path, time, time);
      return path;
    },
    async keep(live: Promise<LiveGateway>): Promise<LiveGateway> {
      const made = await live;
      place.open.push(made);
      return made;
    },
  };
}
