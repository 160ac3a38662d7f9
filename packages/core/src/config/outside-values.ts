import { createHash } from "node:crypto";
import type { GatewayConfiguration, KeyVaultReference } from "./configuration.js";

/** A secret that stands in a vault: what a configuration says of it. */
export interface SecretReference {
  /** `https://VAULT.vault.azure.net/secrets/NAME`, with a version or without; or whatever else the resolver knows secrets by. */
  readonly secretIdentifier: string;
  /** The user-assigned identity with which to ask for it; null for the host's own. */
  readonly identityClientId: string | null;
}

/** Where the values of a configuration come from that do not stand in it. */
export interface SecretOptions {
  /** Looks a secret up. It may be asked for several at once, and must end when the signal says so. */
  resolve?(reference: SecretReference, signal: AbortSignal): Promise<string>;
  /**
   * Milliseconds after which values from files and vaults are looked up again. Default four hours, as in API Management; 0 for never.
   */
  readonly refreshInterval?: number;
}

/** A part of a configuration whose value is read from a file or a vault. */
export interface OutsideReference {
  /** The same for all that refer to the same. */
  readonly key: string;
  readonly path: readonly string[];
  /** `named value` or `certificate`, and its name. */
  readonly what: string;
  readonly source: { readonly file: string } | SecretReference;
}

/** What became of the references of a configuration, by their keys. */
export interface OutsideValues {
  readonly values: ReadonlyMap<string, string>;
  /** Why there is no value. */
  readonly failures: ReadonlyMap<string, string>;
  /** Keys of values that nobody has asked for: what depends on them is not judged. Default: none. */
  readonly unknown?: ReadonlySet<string>;
}

/**
 * Values in vaults are not asked for: they are unknown, which is not wrong.
 * @param others what is known of the rest
 */
export function vaultsUnknown(data: GatewayConfiguration, others: OutsideValues = noOutsideValues): OutsideValues {
  const unknown = outsideReferences(data).filter(({ source, key }) => !("file" in source) && !others.values.has(key));
  return { ...others, unknown: new Set(unknown.map(({ key }) => key)) };
}

/** Stands for an unknown value: the same for the same one, and what can be a host as well. */
export function unknownText(key: string): string {
  return `${createHash("sha256").update(key).digest("hex").slice(0, 16)}.unknown.invalid`;
}

/** A URL in which an unknown value stands, with something that can be one in its place; null for others. */
export function urlOfUnknown(text: string): string | null {
  const [found] = /[0-9a-f]{16}\.unknown\.invalid/.exec(text) ?? [];
  return found === undefined ? null : `https://${found}`;
}

/** No reference was looked up. */
export const noOutsideValues: OutsideValues = { values: new Map(), failures: new Map() };

/** The references of a configuration, in its order, and of its workspaces. */
export function outsideReferences(
  data: Pick<GatewayConfiguration, "namedValues" | "certificates" | "workspaces">,
): OutsideReference[] {
  const references: OutsideReference[] = [];
  for (const [id, workspace] of Object.entries(data.workspaces ?? {}))
    for (const reference of outsideReferences(workspace))
      references.push({ ...reference, path: ["workspaces", id, ...reference.path] });
  for (const [name, namedValue] of Object.entries(data.namedValues ?? {})) {
    if (typeof namedValue !== "object") continue;
    const path = ["namedValues", name];
    const what = `named value ${name}`;
    if (namedValue.file !== undefined)
      references.push({ key: fileKey(namedValue.file), path, what, source: { file: namedValue.file } });
    else if (namedValue.keyVault !== undefined) references.push(vaultReference(namedValue.keyVault, path, what));
  }
  for (const [id, { keyVault }] of Object.entries(data.certificates ?? {}))
    if (keyVault !== undefined) references.push(vaultReference(keyVault, ["certificates", id], `certificate ${id}`));
  return references;
}

/** The key of a file among {@link OutsideValues}. */
export function fileKey(file: string): string {
  return `file ${file}`;
}

/** The key of a secret among {@link OutsideValues}. */
export function vaultKey({ secretIdentifier, identityClientId }: KeyVaultReference): string {
  return `vault ${JSON.stringify([secretIdentifier, identityClientId ?? null])}`;
}

function vaultReference(written: KeyVaultReference, path: readonly string[], what: string): OutsideReference {
  const source = { secretIdentifier: written.secretIdentifier, identityClientId: written.identityClientId ?? null };
  return { key: vaultKey(written), path, what, source };
}
