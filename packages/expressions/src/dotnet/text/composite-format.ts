import { raise } from "../../runtime/exceptions.js";
import type { Run } from "../../runtime/run.js";
import { toFormat } from "../format/value.js";

const MOST_INDEX = 1_000_000;

const wrong = () => raise.format();

/**
 * Composite formatting, `string.Format`: `{index[,alignment][:format]}`, `{{` and `}}`.
 * @param values in object form
 * @throws FormatException for a broken format and for an index without a value
 */
export function formatComposite(run: Run, format: string, values: readonly unknown[]): string {
  let text = "";
  let at = 0;
  const length = format.length;
  run.allocate(length);
  for (;;) {
    // Text up to the next item.
    for (;;) {
      const from = at;
      while (at < length && format[at] !== "{" && format[at] !== "}") at++;
      text += format.slice(from, at);
      if (at === length) return text;
      const brace = format[at]!;
      if (format[at + 1] === brace) {
        text += brace;
        at += 2;
      } else if (brace === "{") break;
      else throw wrong();
    }
    at++;
    const digits = (): number => {
      let value = 0;
      let code = format.charCodeAt(at);
      if (!(code >= 48 && code <= 57)) throw wrong();
      do {
        value = value * 10 + code - 48;
        if (++at === length) throw wrong();
        code = format.charCodeAt(at);
      } while (code >= 48 && code <= 57 && value < MOST_INDEX);
      return value;
    };
    const spaces = () => {
      while (format[at] === " ") at++;
    };
    const index = digits();
    if (index >= values.length)
      throw raise.format("Index (zero based) must be greater than or equal to zero and less than the size of the argument list.");
    spaces();
    let width = 0;
    let isLeft = false;
    if (format[at] === ",") {
      at++;
      spaces();
      if (format[at] === "-") {
        isLeft = true;
        at++;
      }
      width = digits();
    }
    spaces();
    let itemFormat: string | null = null;
    if (format[at] === ":") {
      itemFormat = "";
      at++;
      for (;;) {
        if (at >= length) throw wrong();
        const ch = format[at++]!;
        if (ch === "{" || ch === "}") {
          if (format[at] === ch) at++;
          else if (ch === "}") {
            at--;
            break;
          } else throw wrong();
        }
        itemFormat += ch;
      }
    }
    if (format[at] !== "}") throw wrong();
    at++;
    const item = toFormat(values[index], itemFormat);
    run.allocate(Math.max(item.length, width));
    text += isLeft ? item.padEnd(width) : item.padStart(width);
  }
}
