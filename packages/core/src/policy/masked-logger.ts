import type { SecretMask } from "./secret-mask.js";
import type { Logger } from "./services.js";

/** A logger that masks secrets, in messages and fields, before it hands lines on. */
export function maskedLogger(logger: Logger, masks: () => readonly SecretMask[]): Logger {
  const masked = (level: keyof Logger) => (fields: object, message: string) => {
    let data: unknown = fields;
    let text = message;
    for (const mask of masks()) {
      data = mask.data(data);
      text = mask.text(text);
    }
    logger[level](data as object, text);
  };
  return { debug: masked("debug"), info: masked("info"), warn: masked("warn"), error: masked("error") };
}
