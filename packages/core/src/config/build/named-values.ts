import { withHidden } from "../../model/hidden.js";
import type { NamedValueModel } from "../../model/model.js";
import type { GatewayConfiguration, NamedValueConfiguration } from "../configuration.js";
import { fileKey, type OutsideValues, unknownText, vaultKey } from "../outside-values.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";

type Written = Exclude<NamedValueConfiguration, string | number | boolean>;

const SOURCES = ["value", "env", "file", "keyVault"] as const;

/** Named values of a configuration. One without a value is an error, and stands for an empty text so that others are found too. */
export function buildNamedValues(
  data: GatewayConfiguration,
  loaded: LoadedConfiguration,
  outside: OutsideValues,
): Map<string, NamedValueModel> {
  const values = new Map<string, NamedValueModel>();
  for (const [name, written] of Object.entries(data.namedValues ?? {})) {
    const path = ["namedValues", name];
    if (!/^[A-Za-z0-9._-]{1,256}$/.test(name)) loaded.report(path, configurationProblems.namedValueUnreachable(name));
    if (typeof written !== "object") {
      values.set(name, { name, secret: false, value: String(written) });
      continue;
    }
    const secret = written.keyVault !== undefined || written.secret === true;
    const key = keyOf(written);
    if (key !== null && outside.unknown?.has(key) === true) {
      values.set(name, withHidden({ name, secret, isUnknown: true }, { value: unknownText(key) }));
      continue;
    }
    const value = findValue(name, written, path, loaded, outside) ?? "";
    values.set(name, secret ? withHidden({ name, secret }, { value }) : { name, secret, value });
  }
  return values;
}

function keyOf({ file, keyVault }: Written): string | null {
  return keyVault !== undefined ? vaultKey(keyVault) : file !== undefined ? fileKey(file) : null;
}

function findValue(
  name: string,
  written: Written,
  path: readonly string[],
  loaded: LoadedConfiguration,
  outside: OutsideValues,
): string | null {
  const problem = (why: string, hint?: string): null => {
    loaded.report(path, configurationProblems.namedValueWithoutValue(name, why, hint));
    return null;
  };
  const given = SOURCES.filter((source) => written[source] !== undefined);
  if (given.length === 0) return problem("has no value.", "Give it a value, or take it from env, file or keyVault.");
  if (given.length > 1) return problem(`has more than one value: ${given.join(" and ")}.`, "Leave one of them.");
  if (written.value !== undefined) {
    const value = String(written.value);
    return written.secret === true && value.trim() === "" ? problem("is a secret and empty.") : value;
  }
  if (written.env !== undefined) {
    const value = process.env[written.env];
    if (value === undefined) return problem(`takes its value from the environment variable ${written.env}, which is not set.`);
    return value.trim() === "" ? problem(`takes its value from the environment variable ${written.env}, which is empty.`) : value;
  }
  return outsideValue(`named value ${name}`, written, path, loaded, outside);
}

/** A value that was looked up outside of the configuration; null, and a finding, if it could not be had. */
export function outsideValue(
  what: string,
  { file, keyVault }: Pick<Written, "file" | "keyVault">,
  path: readonly string[],
  loaded: LoadedConfiguration,
  { values, failures }: OutsideValues,
): string | null {
  const key = keyVault === undefined ? fileKey(file ?? "") : vaultKey(keyVault);
  const value = values.get(key);
  if (value !== undefined) return value;
  const where = keyVault === undefined ? `the file ${file}` : keyVault.secretIdentifier;
  const why = failures.get(key) ?? "it was not looked up.";
  loaded.report(path, configurationProblems.outsideValueMissing(what, where, why));
  return null;
}
