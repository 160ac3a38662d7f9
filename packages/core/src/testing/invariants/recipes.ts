import type { LintDocument, LintElement, Written } from "../../lint/index.js";
import { listOf } from "./condition.js";
import type { InvariantsFile } from "./model.js";
import { byName } from "./text.js";

/** How a token is made that a check accepts. */
export interface TokenRecipe {
  readonly issuer: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header: string | null;
  readonly query: string | null;
  readonly scheme: string | null;
  readonly algorithm: "RS256" | "HS256";
  /** Of HS256: the shared key in base64, as a test file writes it. */
  readonly secret: string | null;
}

const METADATA = "/.well-known/openid-configuration";
const NOBODY = "https://issuer.example";

/** How tokens are made that documents accept, and those that invariants speak of; and the checks for which none can be made. */
export function recipesOf(
  documents: readonly LintDocument[],
  { invariants, identity = [] }: InvariantsFile,
): { readonly recipes: readonly TokenRecipe[]; readonly unmet: readonly string[] } {
  const recipes: TokenRecipe[] = [];
  const unmet: string[] = [];
  for (const document of documents)
    for (const element of document.elements()) {
      if (element.name !== "validate-jwt" && element.name !== "validate-azure-ad-token") continue;
      const recipe = element.name === "validate-jwt" ? ofJwt(element) : ofAzureAd(element);
      const { line, column } = document.source.place(element.start);
      if (typeof recipe === "string") unmet.push(`${document.file}:${line}:${column} <${element.name}>: ${recipe}`);
      else recipes.push(recipe);
    }
  const [first] = recipes;
  const wanted = invariants.flatMap(({ when, always, never }) =>
    [when?.token, always?.token, never?.token].filter((token) => token !== undefined),
  );
  for (const { issuer, audience } of wanted) {
    const issuedBy = issuer ?? first?.issuer ?? identity[0]?.issuer ?? NOBODY;
    const isKnown = recipes.some(
      (recipe) =>
        recipe.issuer === issuedBy && (audience === undefined || listOf(recipe.claims["aud"] as string).includes(audience)),
    );
    if (!isKnown) recipes.push({ ...bearer, issuer: issuedBy, claims: audience === undefined ? {} : { aud: audience } });
  }
  return { recipes: distinct(recipes), unmet };
}

const bearer = { header: "Authorization", query: null, scheme: "Bearer", algorithm: "RS256", secret: null } as const;

function distinct(recipes: readonly TokenRecipe[]): TokenRecipe[] {
  return [...new Map(recipes.map((recipe) => [JSON.stringify(recipe), recipe])).values()];
}

/** A recipe, or why there is none. */
function ofJwt(element: LintElement): TokenRecipe | string {
  const carriage = carriageOf(element);
  if (carriage === null) return "its token is computed.";
  const claims = claimsOf(element);
  const issuers = textsOf(element, "issuers", "issuer");
  const addresses = element.children("openid-config").map((config) => config.value("url"));
  for (const address of addresses) {
    const url = plain(address);
    if (url?.endsWith(METADATA) === true)
      return { ...carriage, issuer: url.slice(0, -METADATA.length), claims, algorithm: "RS256", secret: null };
  }
  for (const key of element.children("issuer-signing-keys").flatMap((keys) => keys.children("key"))) {
    const isShared = key.elements.length === 0 && key.value("n") === null && isBase64(plain(key.text));
    const secret = isShared ? byName(key.text!.raw.trim()) : null;
    if (secret !== null) return { ...carriage, issuer: issuers[0] ?? NOBODY, claims, algorithm: "HS256", secret };
  }
  return addresses.length > 0
    ? `its openid-config has no literal address that ends with ${METADATA}.`
    : "it has no key for which a token could be signed.";
}

function ofAzureAd(element: LintElement): TokenRecipe | string {
  const carriage = carriageOf(element);
  const tenant = plain(element.value("tenant-id"));
  if (carriage === null || tenant === null) return "its token or tenant is computed.";
  const [, segment = tenant] = /^https?:\/\/[^/]*\/([^/]*)/i.exec(tenant) ?? [];
  const endpoint = (plain(element.value("authentication-endpoint")) ?? "https://login.microsoftonline.com").replace(/\/+$/, "");
  const base = /^https?:/i.test(endpoint) ? endpoint : `https://${endpoint}`;
  const [client] = textsOf(element, "client-application-ids", "application-id");
  const [backend] = textsOf(element, "backend-application-ids", "application-id");
  const claims = {
    ...(backend === undefined ? {} : { aud: backend }),
    ...claimsOf(element),
    tid: segment,
    ver: "2.0",
    ...(client === undefined ? {} : { azp: client }),
  };
  return { ...carriage, issuer: `${base}/${segment}/v2.0`, claims, algorithm: "RS256", secret: null };
}

/** Where a request carries the token; null where that is computed. */
function carriageOf(element: LintElement): Pick<TokenRecipe, "header" | "query" | "scheme"> | null {
  if (element.value("token-value") !== null) return null;
  const parameter = element.value("query-parameter-name");
  const named = element.value("header-name");
  if (parameter?.code !== undefined && parameter.code !== null) return null;
  if (named?.code !== undefined && named.code !== null) return null;
  if (parameter !== null) return { header: null, query: parameter.text.trim(), scheme: null };
  const header = named?.text.trim() ?? "Authorization";
  const scheme = plain(element.value("require-scheme")) ?? (header.toLowerCase() === "authorization" ? "Bearer" : null);
  return { header, query: null, scheme };
}

function claimsOf(element: LintElement): Record<string, unknown> {
  const [audience] = textsOf(element, "audiences", "audience");
  const claims: Record<string, unknown> = audience === undefined ? {} : { aud: audience };
  for (const claim of element.children("required-claims").flatMap((required) => required.children("claim"))) {
    const name = plain(claim.value("name"));
    if (name === null) continue;
    const values = claim.children("value").flatMap((value) => plain(value.text) ?? []);
    const wanted = claim.literal("match") === "any" ? values.slice(0, 1) : values;
    // Blanks count.
    const separator = claim.value("separator")?.text ?? null;
    claims[name] =
      wanted.length === 0 ? "anything" : wanted.length === 1 ? wanted[0] : separator === null ? wanted : wanted.join(separator);
  }
  return claims;
}

function textsOf(element: LintElement, list: string, item: string): string[] {
  return element.children(list).flatMap((around) => around.children(item).flatMap((inner) => plain(inner.text) ?? []));
}

/** The text of what is not computed, named values put in. */
function plain(value: Written | null): string | null {
  return value === null || value.code !== null || value.text.includes("{{") ? null : value.text.trim();
}

function isBase64(text: string | null): boolean {
  return text !== null && /^[\w+/\s-]+={0,2}$/.test(text);
}
