import { SecretMask } from "./secret-mask.js";
import type { Logger } from "./services.js";

/** Before there is a configuration: for what is a secret by where it stands. */
const placesOnly = new SecretMask([]);

/** A logger that masks secrets, in messages and fields, before it hands lines on. */
export function maskedLogger(logger: Logger, masks: () => readonly SecretMask[]): Logger {
  const masked = (level: "debug" | "info" | "warn" | "error") => (fields: object, message: string) => {
    let data = placesOnly.data(fields);
    let text = placesOnly.text(message);
    for (const mask of masks()) {
      data = mask.data(data);
      text = mask.text(text);
    }
    logger[level](data as object, text);
  };
  const lines = { debug: masked("debug"), info: masked("info"), warn: masked("warn"), error: masked("error") };
  if (logger.child === undefined) return lines;
  return {
    ...lines,
    child: (bindings) =>
      maskedLogger(logger.child!(masks().reduce((data, mask) => mask.data(data), placesOnly.data(bindings)) as object), masks),
  };
}
