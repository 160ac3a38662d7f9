import { describe, expect, it } from "vitest";
import { jwtWorld, pair, start, token } from "./jwt-support.js";
import { findings } from "./support.js";

const tenant = "6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11";
const key = pair("k1");
const login = "https://login.microsoftonline.com";
const answers = (issuer: string) => (url: string) =>
  url.includes("/keys") ? { keys: [key.jwk] } : { issuer, jwks_uri: `${login}/keys` };
const issuer = `${login}/${tenant}/v2.0`;
const validate = (inner: string, attributes = `tenant-id="${tenant}"`): string =>
  `<validate-azure-ad-token ${attributes}>${inner}</validate-azure-ad-token>`;
const clients = "<client-application-ids><application-id>app-1</application-id></client-application-ids>";
const given = (claims: object): string =>
  token("RS256", key.privateKey, { iss: issuer, aud: "api://x", azp: "app-1", tid: tenant, ...claims }, { kid: "k1" });

describe("validate-azure-ad-token", () => {
  it.each([
    ["a token of version 2", validate(clients), {}, null],
    [
      "a token of version 1",
      validate(clients),
      { iss: `https://sts.windows.net/${tenant}/`, azp: undefined, appid: "app-1" },
      null,
    ],
    ["another application", validate(clients), { azp: "app-2" }, "TokenClaimValueNotAllowed"],
    ["no application", validate(clients), { azp: undefined }, "TokenClaimNotFound"],
    [
      "another tenant",
      validate(clients),
      { iss: `${login}/11111111-0a4e-4a53-9d5e-3f8f6c1f0a11/v2.0`, tid: "11111111-0a4e-4a53-9d5e-3f8f6c1f0a11" },
      "TokenIssuerNotAllowed",
    ],
    ["an audience", validate("<audiences><audience>api://x</audience></audiences>"), {}, null],
    ["another audience", validate("<audiences><audience>api://y</audience></audiences>"), {}, "TokenAudienceNotAllowed"],
    [
      "a backend's id",
      validate("<backend-application-ids><application-id>x</application-id></backend-application-ids>"),
      {},
      null,
    ],
    [
      "a backend's plain id",
      validate("<backend-application-ids><application-id>x</application-id></backend-application-ids>"),
      { aud: "x" },
      null,
    ],
    [
      "required claims",
      validate(`${clients}<required-claims><claim name="roles"><value>r</value></claim></required-claims>`),
      { roles: ["r"] },
      null,
    ],
    ["expired", validate(clients), { exp: start }, "TokenExpired"],
  ])("%s", async (_what, policy, claims, reason) => {
    expect((await (await jwtWorld(policy, answers(issuer))).send(given(claims))).reason).toBe(reason);
  });

  it("an OpenID configuration that cannot be had is a 500", async () => {
    const { status, reason } = await (await jwtWorld(validate(clients), () => 503)).send(given({}));
    expect([status, reason]).toEqual([500, "OpenIdConfigurationUnavailable"]);
  });

  const strict = validate(
    `${clients}<audiences><audience>api://x</audience></audiences>
     <required-claims><claim name="roles" match="any"><value>r</value><value>s</value></claim></required-claims>`,
    `tenant-id="${tenant}" output-token-variable-name="jwt"`,
  );
  const right = { roles: ["s"] };
  const other = pair("k1");
  it.each([
    ["TokenNotPresent", null, "JWT not present.", "JWT not present."],
    ["TokenSignatureInvalid", token("RS256", other.privateKey, {}, { kid: "k1" }), null, "Invalid JWT."],
    ["TokenSignatureKeyNotFound", token("RS256", key.privateKey, {}, { kid: "k2" }), null, "Invalid JWT."],
    ["TokenAudienceNotAllowed", given({ ...right, aud: "api://y" }), null, "Invalid JWT."],
    ["TokenIssuerNotAllowed", given({ ...right, iss: "https://evil.example/" }), null, "Invalid JWT."],
    ["TokenExpired", given({ ...right, exp: start - 1 }), null, "Invalid JWT."],
    ["TokenClaimNotFound", given({}), "JWT token is missing the following claims: roles. Access denied.", "Invalid JWT."],
    [
      "TokenClaimValueNotAllowed",
      given({ roles: ["t"] }),
      "Claim roles value of t is not allowed. Access denied.",
      "Invalid JWT.",
    ],
    [
      "TokenClaimValueNotAllowed",
      given({ ...right, azp: "app-2" }),
      "Claim azp value of app-2 is not allowed. Access denied.",
      "Invalid JWT.",
    ],
    ["JwtInvalid", "no.token", null, "Invalid JWT."],
    ["JwtInvalid", given({ ...right, exp: undefined }), null, "Invalid JWT."],
    ["JwtInvalid", given({ ...right, nbf: start + 9 }), null, "Invalid JWT."],
    ["JwtInvalid", token("none", null, { iss: issuer, ...right }), null, "Invalid JWT."],
  ])("%s", async (reason, presented, message, said) => {
    const world = await jwtWorld(strict, answers(issuer));
    const passed = await world.send(given(right));
    expect([passed.reason, passed.exchange.variables.has("jwt")]).toEqual([null, true]);
    const refused = await world.send(presented ?? {});
    expect([refused.reason, refused.status, refused.text]).toEqual([reason, 401, `{ "statusCode": 401, "message": "${said}" }`]);
    expect([refused.exchange.lastError!.source, refused.exchange.variables.has("jwt")]).toEqual([
      "validate-azure-ad-token",
      false,
    ]);
    if (message !== null) expect(refused.message).toBe(message);
  });

  it("says what it is told to", async () => {
    const world = await jwtWorld(
      validate(clients, `tenant-id="${tenant}" failed-validation-httpcode="@(400 + 3)" failed-validation-error-message="No."`),
      answers(issuer),
    );
    const { status, text } = await world.send({});
    expect([status, text]).toEqual([403, '{ "statusCode": 403, "message": "No." }']);
  });

  it("takes a token of another tenant under no document that names its tenant, or none", async () => {
    const stranger = "11111111-0a4e-4a53-9d5e-3f8f6c1f0a11";
    const foreign = given({ iss: `https://sts.windows.net/${stranger}/`, tid: stranger });
    for (const document of [
      answers(issuer),
      (url: string) => (url.includes("/keys") ? { keys: [key.jwk] } : { jwks_uri: `${login}/keys` }),
    ])
      for (const name of ["contoso.example", tenant])
        expect((await (await jwtWorld(validate(clients, `tenant-id="${name}"`), document)).send(foreign)).reason).toBe(
          "TokenIssuerNotAllowed",
        );
  });

  it("reads a value that an expression gives", async () => {
    const attributes = `tenant-id="${tenant}" token-value="@(context.Request.Headers.GetValueOrDefault(&quot;X&quot;))"`;
    const world = await jwtWorld(validate(clients, attributes), answers(issuer));
    expect([(await world.send({ X: given({}) })).reason, (await world.send({})).reason]).toEqual([null, "TokenNotPresent"]);
  });

  it.each([
    [`tenant-id="${tenant}"`, tenant],
    [`tenant-id="${login}/${tenant}/"`, tenant],
    [`tenant-id=" ${login}/${tenant}/v2.0 "`, tenant],
    [`tenant-id="@("contoso." + "example")"`, "contoso.example"],
  ])("asks the tenant's own document: %s", async (attributes, segment) => {
    const world = await jwtWorld(validate(clients, attributes), answers(issuer));
    expect((await world.send(given({}))).reason).toBeNull();
    expect(world.calls[0]).toBe(`${login}/${segment}/v2.0/.well-known/openid-configuration`);
  });

  it.each(["organizations", "common"])("%s takes the tenant that the token names", async (name) => {
    const world = await jwtWorld(validate(clients, `tenant-id="${name}"`), answers(`${login}/{tenantid}/v2.0`));
    expect((await world.send(given({}))).reason).toBeNull();
    expect((await world.send(given({ iss: "https://evil.example/" }))).reason).toBe("TokenIssuerNotAllowed");
  });

  it("works with the endpoints of national clouds", async () => {
    const cloud = "https://login.microsoftonline.us";
    const world = await jwtWorld(
      validate(clients, `tenant-id="${tenant}" authentication-endpoint="login.microsoftonline.us"`),
      answers(`${cloud}/${tenant}/v2.0`),
    );
    expect((await world.send(given({ iss: `${cloud}/${tenant}/v2.0` }))).reason).toBeNull();
    expect(world.calls[0]).toMatch(/^https:\/\/login\.microsoftonline\.us\//);
  });

  it("reads other places as well", async () => {
    const world = await jwtWorld(validate(clients, `tenant-id="${tenant}" query-parameter-name="t"`), answers(issuer));
    expect((await world.send({}, `?t=${given({})}`)).reason).toBeNull();
    expect((await world.send({})).reason).toBe("TokenNotPresent");
  });

  it.each([
    [validate("", ""), ["error TP2007"]],
    [validate(""), ["warning TP2101"]],
    [validate(`${clients}<decryption-keys><key /></decryption-keys>`), ["error TP2007"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml).sort()).toEqual(expected);
  });
});
