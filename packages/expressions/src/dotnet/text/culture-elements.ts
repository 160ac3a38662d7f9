import { checkTime } from "../../runtime/current.js";
import { lowerCode, toLower } from "./case.js";
import { isMark } from "./marks.js";
import { normalizeText } from "./normal-form.js";

/** Characters without weight: a culture does not see them. */
export const IGNORABLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;

/** Below this there are no marks, and nothing is composed otherwise. */
const FIRST_MARK = 0x300;
const SOFT_HYPHEN = 0xad;
/** Elements between two looks at the clock. */
const BETWEEN_LOOKS = 16_384;

/**
 * What a culture compares, one after the other: a base character with its marks, composed. Characters without weight are left out.
 * Backwards it starts at the end.
 */
export class CultureElements {
  /** The element under way: its characters, and where it begins. */
  value = "";
  at = -1;
  private position: number;
  private untilLook = BETWEEN_LOOKS;

  constructor(
    private readonly text: string,
    private readonly ignoreCase: boolean,
    private readonly isBackward = false,
  ) {
    this.position = isBackward ? text.length : 0;
  }

  /** Goes on to the next element; false if there is none. */
  next(): boolean {
    if (--this.untilLook === 0) {
      checkTime();
      this.untilLook = BETWEEN_LOOKS;
    }
    return this.isBackward ? this.previousElement() : this.nextElement();
  }

  private nextElement(): boolean {
    const { text } = this;
    while (this.position < text.length) {
      const from = this.position;
      const code = text.charCodeAt(from);
      const after = from + 1 < text.length ? text.charCodeAt(from + 1) : 0;
      if (code < FIRST_MARK && after < FIRST_MARK) {
        this.position = from + 1;
        if (code === SOFT_HYPHEN) continue;
        return this.simple(code, from);
      }
      const first = text.codePointAt(from)!;
      this.position = this.behindMarks(from + (isMark(first) ? 0 : size(first)));
      if (this.take(from, this.position)) return true;
    }
    return false;
  }

  private behindMarks(from: number): number {
    let at = from;
    for (; at < this.text.length; at += size(this.text.codePointAt(at)!)) {
      if (!isMark(this.text.codePointAt(at)!)) break;
      if (at % BETWEEN_LOOKS === 0) checkTime();
    }
    return at;
  }

  private previousElement(): boolean {
    const { text } = this;
    while (this.position > 0) {
      const end = this.position;
      const code = text.charCodeAt(end - 1);
      if (code < FIRST_MARK) {
        this.position = end - 1;
        if (code === SOFT_HYPHEN) continue;
        return this.simple(code, end - 1);
      }
      let from = end;
      for (let isBase = false; from > 0 && !isBase; ) {
        from -= isPair(text, from - 2) ? 2 : 1;
        isBase = !isMark(text.codePointAt(from)!);
        if (from % BETWEEN_LOOKS === 0) checkTime();
      }
      this.position = from;
      if (this.take(from, end)) return true;
    }
    return false;
  }

  private simple(code: number, at: number): true {
    this.value = String.fromCharCode(this.ignoreCase ? lowerCode(code) : code);
    this.at = at;
    return true;
  }

  private take(from: number, end: number): boolean {
    const plain = this.text.slice(from, end).replace(IGNORABLE, "");
    if (plain === "") return false;
    const composed = normalizeText(plain, "NFC");
    this.value = this.ignoreCase ? toLower(composed) : composed;
    this.at = from;
    return true;
  }
}

const size = (code: number) => (code > 0xffff ? 2 : 1);

function isPair(text: string, at: number): boolean {
  return at >= 0 && text.codePointAt(at)! > 0xffff;
}
