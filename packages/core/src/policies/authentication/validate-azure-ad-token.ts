import { member, type TokenPart } from "../../context/token-part.js";
import { definePolicy } from "../../policy/define.js";
import { child, expression, flag, many, text, valueChild } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { literalText, textValue } from "../text.js";
import {
  acceptedTexts,
  checkAudience,
  checkDates,
  checkIssuer,
  compileRequiredClaims,
  isTenant,
  requiredClaims,
} from "./jwt/claims.js";
import { fromCertificate } from "./jwt/configured-key.js";
import { refusals, TokenRefusal, tokenErrors } from "./jwt/failures.js";
import { privateKey } from "./jwt/keys.js";
import { conclude, outputAttributes } from "./jwt/outcome.js";
import { tokenOf } from "./jwt/source.js";
import { quoted, type VerifiedToken } from "./jwt/token.js";
import { TokenVerifier } from "./jwt/verifier.js";
import { authenticationProblems } from "./problems.js";

const applications = (notes: string, idNotes: string) =>
  child({ children: { "application-id": child({ min: 1, max: many, content: "text", notes: idNotes }) }, notes });

/** The policy validate-azure-ad-token. */
export const validateAzureAdToken = definePolicy({
  name: "validate-azure-ad-token",
  category: "authentication",
  summary: "Demands a valid token from Microsoft Entra for given client applications and/or audiences of a tenant.",
  remarks: ["Demands a valid token from Microsoft Entra."],
  readings: [
    "errors are those of validate-jwt",
    "the caller is the claim azp, or else appid, and one that is not listed is a TokenClaimValueNotAllowed",
    "aud may equal a backend's id or `api://` with that id",
    "issuers of both token versions are accepted",
    "no clock skew",
    "`any` is about the values of one claim",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    "tenant-id": text({
      required: true,
      expressions: true,
      notes: "The tenant's GUID, domain or URL, or organizations or common.",
    }),
    "header-name": text({ default: "Authorization", expressions: true, notes: "The header that holds the token." }),
    "query-parameter-name": text({ expressions: true, notes: "The query parameter that holds the token." }),
    "token-value": expression({ expressions: true, notes: "The token itself, without the word Bearer." }),
    "authentication-endpoint": text({
      default: "https://login.microsoftonline.com",
      notes: "The Entra endpoint, for national clouds; https:// may be left out.",
    }),
    ...outputAttributes,
    "require-scheme": text({
      undocumented: "works",
      notes: "The scheme that an Authorization header must have, such as Bearer.",
    }),
    "allow-protected-forwarded-tokens": flag({ expressions: true, undocumented: "no-effect", notes: "Taken by API Management." }),
    "allow-proof-of-possession-tokens": flag({ expressions: true, undocumented: "no-effect", notes: "Taken by API Management." }),
  },
  children: {
    "backend-application-ids": applications("Ids of the backend, accepted as audiences.", "Application id of the backend."),
    "client-application-ids": applications("Accepted callers; one match suffices.", "Application id of an accepted caller."),
    audiences: child({
      expressions: true,
      children: {
        audience: valueChild({ min: 1, max: many, notes: "An accepted aud." }),
      },
      notes: "Accepted audiences; one match suffices.",
    }),
    "required-claims": requiredClaims,
    "decryption-keys": child({
      children: {
        key: child({
          min: 1,
          max: many,
          attributes: {
            id: text({ undocumented: "no-effect", notes: "Id of the key; all are tried." }),
            "certificate-id": text({ required: true, notes: "A configured certificate whose private key decrypts the token." }),
          },
          notes: "A key for encrypted tokens.",
        }),
      },
      notes: "Keys for encrypted tokens; tried one after another.",
    }),
  },
  errors: tokenErrors,
  compile(element, compiler) {
    const { attributes, children } = element;
    const listed = (name: "backend-application-ids" | "client-application-ids"): readonly string[] | null =>
      children[name][0]?.children["application-id"].map((id) => literalText(id.text)) ?? null;
    const clients = listed("client-application-ids");
    const backends = listed("backend-application-ids") ?? [];
    const audiences = children.audiences[0]?.children.audience.map((audience) => textValue(audience.text)) ?? [];
    if (clients === null && audiences.length === 0 && backends.length === 0)
      compiler.report(authenticationProblems.everyApplication());
    const decryption = (children["decryption-keys"][0]?.children.key ?? []).flatMap(
      (key) => fromCertificate(key.attributes["certificate-id"].literal!, privateKey, key, compiler) ?? [],
    );
    const verifier = new TokenVerifier({ signing: [], decryption }, compiler);
    const checkClaims = compileRequiredClaims(children["required-claims"][0]);
    const endpoint = withScheme(attributes["authentication-endpoint"].literal!);
    const value = attributes["token-value"];
    const parameter = attributes["query-parameter-name"];
    const source = { header: attributes["header-name"], parameter, value, scheme: attributes["require-scheme"] };

    return (exchange) =>
      conclude(element, exchange, () => {
        const tenant = tenantOf(attributes["tenant-id"].get(exchange));
        const token = tokenOf(source, exchange);
        return {
          verified: verifier.verify(exchange, token, [`${endpoint}/${tenant}/v2.0/.well-known/openid-configuration`], true),
          check(verified) {
            const { payload } = verified;
            checkDates(payload, exchange.runtime.clock.now(), 0, true);
            checkTenant(verified, tenant, endpoint);
            if (clients !== null) checkClient(payload, clients);
            if (audiences.length > 0 || backends.length > 0)
              checkAudience(payload, [
                ...acceptedTexts(audiences, exchange),
                ...backends,
                ...backends.map((id) => `api://${id}`),
              ]);
            checkClaims(exchange, payload);
          },
        };
      });
  },
});

function withScheme(endpoint: string): string {
  const plain = endpoint.trim().replace(/\/+$/, "");
  return /^https?:\/\//i.test(plain) ? plain : `https://${plain}`;
}

/** Of a tenant that is given as URL (`https://login.microsoftonline.com/common/v2.0`) the first segment of its path; otherwise the text. */
function tenantOf(text: string): string {
  const plain = text.trim();
  const [, segment] = /^https?:\/\/[^/]*\/([^/]*)/i.exec(plain) ?? [];
  return encodeURIComponent(segment ?? plain);
}

/** Both versions of the tenant's issuer, and the published one. Of well-known tenants it is that of the token's own tenant. */
function checkTenant({ payload, issuers }: VerifiedToken, tenant: string, endpoint: string): void {
  const named = /\/([0-9a-f-]{36})(?:\/|$)/i.exec(issuers[0] ?? "")?.[1] ?? "";
  const tid = member(payload, "tid");
  const isShared = issuers[0]?.includes("{tenantid}") ?? false;
  const own = isShared && typeof tid === "string" && isTenant(tid) ? tid : null;
  const id = isTenant(tenant) ? tenant : isTenant(named) ? named : own;
  const accepted = id === null ? issuers : [...issuers, `https://sts.windows.net/${id}/`, `${endpoint}/${id}/v2.0`];
  checkIssuer(payload, accepted);
}

function checkClient(payload: TokenPart, accepted: readonly string[]): void {
  const name = member(payload, "azp") !== undefined ? "azp" : "appid";
  const client = member(payload, name);
  if (typeof client !== "string") throw TokenRefusal.of(refusals.claimAbsent, { names: "azp" });
  if (!accepted.includes(client)) throw TokenRefusal.of(refusals.claimValue, { name, values: quoted(client) });
}
