import { raise } from "../../runtime/exceptions.js";
import { chargeFormat, fractionDigits, pad2, quoted, runLength } from "./format-scan.js";

/** Formats of System.TimeSpan: `c` (also `t`, `T`), `g`, `G` and custom ones. */
export function formatTimeSpan(ticks: bigint, format: string): string {
  const size = ticks < 0n ? -ticks : ticks;
  const days = Number(size / 864_000_000_000n);
  const time = Number(size % 864_000_000_000n);
  const seconds = Math.floor(time / 1e7);
  const parts: Parts = {
    days,
    hours: Math.floor(seconds / 3600),
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
    fraction: fractionDigits(time - seconds * 1e7),
  };
  const sign = ticks < 0n ? "-" : "";
  chargeFormat(format);
  if (format.length > 1) return custom(parts, format);
  const rest = `:${pad2(parts.minutes)}:${pad2(parts.seconds)}`;
  switch (format) {
    case "":
    case "c":
    case "t":
    case "T":
      return `${sign}${days > 0 ? `${days}.` : ""}${pad2(parts.hours)}${rest}${parts.fraction === "0000000" ? "" : `.${parts.fraction}`}`;
    case "g": {
      const fraction = parts.fraction.replace(/0+$/, "");
      return `${sign}${days > 0 ? `${days}:` : ""}${parts.hours}${rest}${fraction === "" ? "" : `.${fraction}`}`;
    }
    case "G":
      return `${sign}${days}:${pad2(parts.hours)}${rest}.${parts.fraction}`;
    default:
      throw raise.format();
  }
}

interface Parts {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly fraction: string;
}

function custom(parts: Parts, format: string): string {
  let text = "";
  for (let i = 0; i < format.length; ) {
    const ch = format[i]!;
    let length = 1;
    switch (ch) {
      case "h":
      case "m":
      case "s": {
        length = runLength(format, i);
        if (length > 2) throw raise.format();
        const value = ch === "h" ? parts.hours : ch === "m" ? parts.minutes : parts.seconds;
        text += String(value).padStart(length, "0");
        break;
      }
      case "d":
        length = runLength(format, i);
        if (length > 8) throw raise.format();
        text += String(parts.days).padStart(length, "0");
        break;
      case "f":
      case "F": {
        length = runLength(format, i);
        if (length > 7) throw raise.format();
        const digits = parts.fraction.slice(0, length);
        text += ch === "f" ? digits : digits.replace(/0+$/, "");
        break;
      }
      case "'":
      case '"': {
        const quote = quoted(format, i);
        text += quote.text;
        length = quote.length;
        break;
      }
      case "%":
        if (i + 1 >= format.length || format[i + 1] === "%") throw raise.format();
        text += custom(parts, format[i + 1]!);
        length = 2;
        break;
      case "\\":
        if (i + 1 >= format.length) throw raise.format();
        text += format[i + 1]!;
        length = 2;
        break;
      default:
        throw raise.format();
    }
    i += length;
  }
  return text;
}
