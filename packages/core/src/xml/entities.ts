import { TextBuilder } from "./source.js";

const NAMED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

// The longest numeric reference that can be meant is &#1114111; with leading zeros; anything longer is text.
const ENTITY = /&(?:#(\d{1,10})|#[xX]([0-9a-fA-F]{1,8})|([A-Za-z_][\w.-]{0,31}));/y;

/** An entity at `offset`: its text and the offset behind it; `text` null for a name that XML does not define; null for none. */
export function entityAt(source: string, offset: number): { readonly text: string | null; readonly end: number } | null {
  ENTITY.lastIndex = offset;
  const match = ENTITY.exec(source);
  if (match === null) return null;
  const [whole, decimal, hex, name] = match;
  const end = offset + whole.length;
  if (name !== undefined) return { text: NAMED.get(name) ?? null, end };
  const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number.parseInt(decimal, 10);
  const isCharacter =
    code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0x10ffff && (code & 0xf800) !== 0xd800);
  return { text: isCharacter ? String.fromCodePoint(code) : null, end };
}

/** How a stretch of source becomes text. */
export interface DecodeOptions {
  /** `lines`: CRLF and CR become LF, as XML says of text. `blanks`: line breaks and tabs become blanks, as it says of attributes. `none`: kept. */
  readonly lineBreaks: "lines" | "blanks" | "none";
  /** False: entities stay as they are (CDATA). A function: asked for each entity by its offset. */
  readonly entities: boolean | ((offset: number) => boolean);
  /** Told of each `&` that is no entity (`name` null) or an unknown one. */
  readonly onBadEntity?: (offset: number, name: string | null) => void;
}

/** Decodes `source[start…end)` into `builder`. */
export function decode(source: string, start: number, end: number, options: DecodeOptions, builder: TextBuilder): void {
  const { lineBreaks, entities } = options;
  let plain = start;
  const flush = (until: number): void => {
    if (until > plain) builder.append(source.slice(plain, until), plain);
  };
  for (let i = start; i < end; i++) {
    const code = source.charCodeAt(i);
    if (code === 38 /* & */ && entities !== false) {
      const entity = entityAt(source, i);
      if (entity === null || entity.text === null || entity.end > end) {
        options.onBadEntity?.(i, entity === null || entity.end > end ? null : source.slice(i, entity.end));
        continue;
      }
      if (typeof entities === "function" && !entities(i)) continue;
      flush(i);
      builder.appendFlat(entity.text, i);
      plain = entity.end;
      i = entity.end - 1;
    } else if (lineBreaks === "lines" && code === 13) {
      flush(i);
      if (source.charCodeAt(i + 1) !== 10) builder.appendFlat("\n", i);
      plain = i + 1;
    } else if (lineBreaks === "blanks" && (code === 9 || code === 10 || code === 13)) {
      flush(i);
      builder.appendFlat(" ", i);
      if (code === 13 && source.charCodeAt(i + 1) === 10) i++;
      plain = i + 1;
    }
  }
  flush(end);
}

/** Decodes a stretch of source into a text of its own. */
export function decodeText(source: string, start: number, end: number, options: DecodeOptions) {
  const builder = new TextBuilder();
  decode(source, start, end, options, builder);
  return builder.build();
}
