import type { Logger } from "../runtime.js";
import type { SecretMask } from "./secret-mask.js";

/** A logger that masks secrets, in messages and fields, before it hands lines on. */
export function maskedLogger(logger: Logger, mask: () => SecretMask): Logger {
  const masked = (level: keyof Logger) => (fields: object, message: string) => {
    const secrets = mask();
    logger[level](secrets.data(fields) as object, secrets.text(message));
  };
  return { debug: masked("debug"), info: masked("info"), warn: masked("warn"), error: masked("error") };
}
