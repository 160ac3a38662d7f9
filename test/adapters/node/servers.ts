import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway, type Gateway } from "#core/index.js";

const METHODS = ["GET", "HEAD", "POST"];
const operations = Object.fromEntries(METHODS.map((method) => [method.toLowerCase(), { method, urlTemplate: "/*" }]));

/** Starts a server on a port of its own. */
export async function started<S extends NetServer>(server: S): Promise<S & { readonly port: number }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

/** A server that answers as `listener` says, ended with its connections. */
export async function backend(
  listener: RequestListener,
): Promise<{ readonly url: string; readonly server: Server; readonly close: () => void }> {
  const server = await started(createServer(listener));
  return {
    url: `http://127.0.0.1:${server.port}`,
    server,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A gateway with one API at `/p` in front of `serviceUrl`, and one at `/c` that tells the URL and the caller's certificate. */
export function gatewayTo(serviceUrl: string, inbound = ""): Promise<Gateway> {
  const tell =
    "@(context.Request.OriginalUrl.ToString() + &quot; &quot; + (context.Request.Certificate == null ? &quot;none&quot; : context.Request.Certificate.Subject))";
  return createGateway({
    apis: {
      p: {
        path: "p",
        serviceUrl,
        subscriptionRequired: false,
        operations,
        policy: `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend></policies>`,
      },
      c: {
        path: "c",
        subscriptionRequired: false,
        operations,
        policy: `<policies><inbound><return-response><set-body>${tell}</set-body></return-response></inbound></policies>`,
      },
    },
  });
}

/** A key and a certificate that it has signed itself. */
export function selfSigned(name: string): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  execFileSync(
    "openssl",
    ["req", "-x509", ...curve, "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", `/CN=${name}`],
    {
      stdio: "pipe",
    },
  );
  const made = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  rmSync(folder, { recursive: true });
  return made;
}
