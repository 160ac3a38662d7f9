import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { loadApiOps } from "@turnpike/adapters/apiops";
import { ConfigurationError, createGateway } from "@turnpike/core";
import { noInternals } from "../engine/finding.mjs";

const api = `=== apis/shop/apiInformation.json
{"properties":{"displayName":"shop","path":"shop","serviceUrl":"https://shop.internal","subscriptionRequired":false,"protocols":["https"],"apiVersionSetId":"/versionSets/v"}}
=== apis/shop/specification.yaml
openapi: 3.0.1
info: { title: T, version: '1' }
servers: [{ url: 'https://gateway.example/t' }]
paths:
  '/x/{id}': { get: { operationId: get-x, parameters: [{ name: id, in: path, required: true, schema: { type: integer } }], responses: { '200': { description: ok } } } }
=== apis/shop/policy.xml
<policies><inbound><base /><set-header name="A"><value>{{name}}</value></set-header></inbound></policies>
=== apis/shop/operations/get-x/policy.xml
<policies><inbound><base /></inbound></policies>`;
const rest = `=== named values/name/namedValueInformation.json
{"properties":{"displayName":"name","value":"x","secret":false}}
=== backends/b/backendInformation.json
{"properties":{"url":"https://b.internal","protocol":"http","credentials":{"header":{"A":["b"]}},"circuitBreaker":{"rules":[{"failureCondition":{"count":3,"interval":"PT1M"},"tripDuration":"PT1M","name":"r"}]}}}
=== products/p/productInformation.json
{"properties":{"displayName":"p","state":"published","subscriptionRequired":true}}
=== products/p/apis.json
[{"name":"shop"}]
=== version sets/v/versionSetInformation.json
{"properties":{"displayName":"v","versioningScheme":"Segment"}}
=== policy fragments/f/policy.xml
<fragment><set-status code="200" /></fragment>
=== policy fragments/f/policyFragmentInformation.json
{"properties":{"description":"f"}}
=== policy.xml
<policies><inbound /></policies>`;

/** Folders of APIOps: files behind lines that name them. */
export const front = {
  tokens: [
    ...'=== apis/ products/ backends/ information.json policy.xml specification.yaml specification.json ../ .json .yaml {"properties":{ } } [ ] null "path": "serviceUrl": "protocols": "isCurrent": "apiRevision": "apiVersion": "type": "secret":true "keyVault":{ "pool":{"services":[ $ref: \'#/components openapi: swagger: paths: get: parameters: schema: {{name}} <policies> <inbound> <base />'.split(
      " ",
    ),
    "\n=== ",
    "workspaces/w/",
  ],
  seeds: () => [api, rest, `${api}\n${rest}`, "=== apis/a/apiInformation.json\n{}"],
  async open() {
    const folder = mkdtempSync(join(tmpdir(), "turnpike-fuzz-"));
    return {
      async run(bytes) {
        const text = bytes.toString("utf8");
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
        for (const part of text.split(/^=== /m).slice(0, 24)) {
          const end = part.indexOf("\n");
          const name = part.slice(0, Math.max(0, end)).replace(/[^\w ./-]/g, "_");
          const file = join(folder, name);
          if (name === "" || relative(folder, file).startsWith("..") || name.length > 200) continue;
          try {
            mkdirSync(dirname(file), { recursive: true });
            writeFileSync(file, part.slice(end + 1).replace(/\n$/, ""));
          } catch {
            // A file where a folder is wanted, or the other way round.
          }
        }
        const loaded = loadApiOps(folder);
        for (const { message } of loaded.diagnostics) noInternals(message, text);
        try {
          const gateway = await createGateway(loaded);
          await gateway.handle({ method: "GET", url: "http://gateway.example/shop/x/1", headers: [] });
          await gateway.close?.();
        } catch (error) {
          if (!(error instanceof ConfigurationError)) throw error;
          for (const { message } of error.diagnostics) noInternals(message, text);
        }
      },
      close: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};
