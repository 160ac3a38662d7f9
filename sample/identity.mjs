// An OpenID provider for the sample: metadata, keys and three tokens, served on loopback.
import { createServer } from "node:http";
import { systemClock } from "@turnpike/core";
import { identityProvider } from "@turnpike/core/testing";

const HOUR = 3_600_000;

/** Starts it on a free loopback port. Returns the metadata address, tokens and a function that stops it. */
export async function startIdentityProvider(audience) {
  let provider;
  const server = createServer((request, response) => {
    const document = provider.answer(`${provider.issuer}${request.url}`);
    response.writeHead(document === null ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(document ?? { error: "not found" }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  provider = identityProvider({ issuer, keys: [{ kid: "k1", alg: "RS256" }] }, systemClock);
  const token = (roles, expiresIn) => provider.token({ claims: { aud: audience, roles }, expiresIn });
  return {
    metadata: `${issuer}/.well-known/openid-configuration`,
    tokens: {
      writer: token(["Payments.Read", "Payments.Write"], 12 * HOUR),
      reader: token(["Payments.Read"], 12 * HOUR),
      expired: token(["Payments.Read", "Payments.Write"], -HOUR),
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
