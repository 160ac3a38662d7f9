import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { turnpike } from "@turnpike/adapters/node";
import { createGateway } from "@turnpike/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { certificateWorkshop } from "../core/policies/certificate-support.js";
import { document } from "../core/policies/support.js";

const workshop = certificateWorkshop();
let url = "";
let close = async (): Promise<void> => undefined;

beforeAll(async () => {
  const ca = workshop.root("ca", "/CN=Our CA");
  workshop.root("strange", "/CN=Strange CA");
  workshop.signed("server", "ca", { subject: "/CN=127.0.0.1", serial: "01", extensions: ["subjectAltName=IP:127.0.0.1"] });
  workshop.signed("ann", "ca", { subject: "/CN=ann", serial: "02", extensions: ["basicConstraints=CA:FALSE"] });
  workshop.signed("bob", "ca", { subject: "/CN=bob", serial: "03", extensions: ["basicConstraints=CA:FALSE"] });
  workshop.signed("eve", "strange", { subject: "/CN=ann", serial: "02", extensions: ["basicConstraints=CA:FALSE"] });
  const gateway = await createGateway({
    certificates: { ca: { certificate: ca } },
    revocation: { lists: [workshop.list("ca", { revoked: ["03"] })] },
    apis: {
      a: {
        path: "",
        subscriptionRequired: false,
        policy: document(
          `<validate-client-certificate><identities><identity issuer-certificate-id="ca" /></identities></validate-client-certificate>
           <return-response><set-body>@(context.Request.Certificate.Subject)</set-body></return-response>`,
        ),
        operations: { any: { method: "GET", urlTemplate: "/*" } },
      },
    },
  });
  const tls = { key: workshop.key("server"), cert: workshop.pem("server"), ca, requestCert: true, rejectUnauthorized: false };
  const server = createServer(tls, turnpike(gateway)).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await gateway.close();
  };
});
afterAll(async () => {
  await close();
  workshop.dispose();
});

it.each([
  ["ann", [200, "CN=ann"]],
  ["bob", [403, '{ "statusCode": 403, "message": "The client certificate was revoked." }']],
  ["eve", [403, '{ "statusCode": 403, "message": "The client certificate is not trusted." }']],
  [null, [403, '{ "statusCode": 403, "message": "No client certificate was presented." }']],
])("a caller with the certificate of %s, over TLS", async (name, expected) => {
  const own = name === null ? {} : { key: workshop.key(name), cert: workshop.pem(name) };
  const call = request(url, { ca: workshop.pem("ca"), agent: false, ...own }).end();
  const [response] = (await once(call, "response")) as [IncomingMessage];
  let body = "";
  for await (const part of response.setEncoding("utf8")) body += part as string;
  expect([response.statusCode, body]).toEqual(expected);
});
