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

  it.each([
    [`tenant-id="${tenant}"`, tenant],
    [`tenant-id="${login}/${tenant}/"`, tenant],
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
