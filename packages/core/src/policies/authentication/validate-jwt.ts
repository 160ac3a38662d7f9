import { expressionError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import { child, expression, flag, many, text, valueChild } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { policyProblems } from "../problems.js";
import { textValue } from "../text.js";
import { acceptedTexts, checkAudience, checkDates, checkIssuer, compileRequiredClaims, requiredClaims } from "./jwt/claims.js";
import { decryptionKey, keyAttributes, signingKey } from "./jwt/configured-key.js";
import { parseTimeSpan } from "./jwt/duration.js";
import { tokenErrors } from "./jwt/failures.js";
import { conclude, outputAttributes } from "./jwt/outcome.js";
import { tokenOf } from "./jwt/source.js";
import { TokenVerifier } from "./jwt/verifier.js";
import { authenticationProblems } from "./problems.js";

const skewInvalid = expressionError(
  "an expression gives a clock-skew that is none",
  "clock-skew is neither a number of seconds nor hh:mm:ss.",
);

/** Attributes that say where the token is. */
const SOURCES = ["header-name", "query-parameter-name", "token-value"] as const;

/** The policy validate-jwt. */
export const validateJwt = definePolicy({
  name: "validate-jwt",
  category: "authentication",
  summary:
    "Demands a valid JSON Web Token from any issuer: present, decryptable, signed by a known key, in time, with the right audience, issuer and claims.",
  remarks: [
    "Demands a valid JSON Web Token. Accepted signatures: RS256, RS512, PS256, ES256 with public keys; HS256, HS384, HS512 with shared ones; RS384, PS384, PS512, ES384, ES512, EdDSA if the configuration lists them (`tokens.algorithms`). Encrypted tokens: dir, A128KW to A256KW, RSA-OAEP with SHA-1 or SHA-2. Discovery documents and their keys are fetched once an hour; for an unknown key at once, at most five times in a row and then every 20 seconds; after a failure five minutes later. While a provider is away, what it said last stands. A token that was verified is remembered until it expires or its provider's keys change, unless `tokens.cache` is false; dates and claims are checked every time.",
  ],
  readings: [
    "issuers and the issuers of openid-config together are accepted, `{tenantid}` in them standing for the token's tid",
    "a claim without values must just be there",
    "a token that is not valid yet or has no exp is JwtInvalid",
    "several token sources are refused at load time",
    "a provider that cannot be reached is a 500 unless another key will do",
    "clock-skew takes seconds or hh:mm:ss",
    "short shared keys are warned about",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    "header-name": text({ expressions: true, notes: "The header that holds the token." }),
    "query-parameter-name": text({ expressions: true, notes: "The query parameter that holds the token." }),
    "token-value": expression({ expressions: true, notes: "The token itself, without the word Bearer." }),
    ...outputAttributes,
    "require-expiration-time": flag({ default: true, expressions: true, notes: "Whether the token must have exp." }),
    "require-scheme": text({ expressions: true, notes: "The scheme that an Authorization header must have, such as Bearer." }),
    "require-signed-tokens": flag({ default: true, expressions: true, notes: "Whether the token must be signed." }),
    "clock-skew": text({
      default: "0",
      expressions: true,
      notes: "Tolerated difference of clocks for exp and nbf, in seconds or as hh:mm:ss.",
    }),
  },
  children: {
    "openid-config": child({
      max: many,
      attributes: {
        url: text({ required: true, expressions: true, notes: "Address of an OpenID Connect discovery document." }),
        host: text({ undocumented: "no-effect", notes: "Taken by API Management, as the Host of the request for the document." }),
        "validate-connectivity": flag({ default: true, notes: "Accepted; the address is only called when a request needs it." }),
      },
      notes: "A source of keys and of an issuer.",
    }),
    "issuer-signing-tokens": child({
      children: { token: child({ max: many, content: "text", expressions: true, notes: "One token." }) },
      undocumented: "no-effect",
      notes: "Older name of issuer-signing-keys; no key is taken from it.",
    }),
    "issuer-signing-keys": child({
      children: {
        "zumo-master-key": child({
          max: many,
          content: "text",
          attributes: { id: text({ notes: "Id of the key." }) },
          undocumented: "no-effect",
          notes: "Master key of the former Mobile Services.",
        }),
        key: child({
          min: 1,
          max: many,
          content: "text",
          attributes: keyAttributes,
          notes: "A shared key in base64, or a public key by its attributes.",
        }),
      },
      notes: "Keys for signatures.",
    }),
    "decryption-keys": child({
      children: {
        key: child({
          min: 1,
          max: many,
          content: "text",
          attributes: keyAttributes,
          notes: "A shared key in base64, or a certificate with its private key.",
        }),
      },
      notes: "Keys for encrypted tokens.",
    }),
    audiences: child({
      expressions: true,
      children: {
        audience: valueChild({ min: 1, max: many, notes: "An accepted aud." }),
      },
      notes: "Accepted audiences; one match suffices.",
    }),
    issuers: child({
      expressions: true,
      children: {
        issuer: valueChild({ min: 1, max: many, notes: "An accepted iss." }),
      },
      notes: "Accepted issuers; one match suffices.",
    }),
    "required-claims": requiredClaims,
  },
  errors: [...tokenErrors, skewInvalid],
  compile(element, compiler) {
    const { attributes, children } = element;
    const given = SOURCES.filter((name) => attributes[name] !== null).length;
    if (given === 0) compiler.report(policyProblems.attributeMissing(element.name, ...SOURCES));
    if (given > 1) compiler.report(policyProblems.exclusive(...SOURCES));
    const skewText = attributes["clock-skew"];
    const literalSkew = skewText.literal === undefined ? null : parseTimeSpan(skewText.literal);
    if (skewText.literal !== undefined && literalSkew === null)
      compiler.report(authenticationProblems.skewInvalid(skewText.literal));

    const verifier = new TokenVerifier(
      {
        signing: (children["issuer-signing-keys"][0]?.children.key ?? []).flatMap((key) => signingKey(key, compiler) ?? []),
        decryption: (children["decryption-keys"][0]?.children.key ?? []).flatMap((key) => decryptionKey(key, compiler) ?? []),
      },
      compiler,
    );
    const addresses = children["openid-config"].map((config) => config.attributes.url);
    const literalAddresses = addresses.every((address) => address.literal !== undefined)
      ? addresses.map((address) => address.literal!.trim())
      : null;
    const audiences = children.audiences[0]?.children.audience.map((audience) => textValue(audience.text)) ?? null;
    const issuers = children.issuers[0]?.children.issuer.map((issuer) => textValue(issuer.text)) ?? null;
    const checkClaims = compileRequiredClaims(children["required-claims"][0]);
    const source = {
      header: attributes["header-name"],
      parameter: attributes["query-parameter-name"],
      value: attributes["token-value"],
      scheme: attributes["require-scheme"],
    };

    return (exchange) =>
      conclude(element, exchange, () => {
        const skew = literalSkew ?? parseTimeSpan(skewText.get(exchange));
        if (skew === null) throw skewInvalid.error();
        const token = tokenOf(source, exchange);
        const mustExpire = attributes["require-expiration-time"].get(exchange);
        const providers = literalAddresses ?? addresses.map((address) => address.get(exchange).trim());
        return {
          verified: verifier.verify(exchange, token, providers, attributes["require-signed-tokens"].get(exchange)),
          check({ payload, issuers: published }) {
            checkDates(payload, exchange.runtime.clock.now(), skew, mustExpire);
            if (audiences !== null) checkAudience(payload, acceptedTexts(audiences, exchange));
            if (issuers !== null || providers.length > 0)
              checkIssuer(payload, [...acceptedTexts(issuers ?? [], exchange), ...published]);
            checkClaims(exchange, payload);
          },
        };
      });
  },
});
