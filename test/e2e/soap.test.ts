import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@turnpike/adapters/node";
import { ConfigurationError, createGateway, type Gateway } from "@turnpike/core";
import { createClientAsync, listen } from "soap";
import { afterAll, beforeAll, expect, it } from "vitest";

/** A service with two operations that only their actions tell apart: both take two numbers. */
const wsdl = (address: string, soap: "soap" | "soap12" = "soap"): string => `<?xml version="1.0"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/${soap}/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  xmlns:t="urn:calc" targetNamespace="urn:calc" name="Calc">
  <wsdl:types><xsd:schema targetNamespace="urn:calc" elementFormDefault="qualified">
    ${["Add", "Sub"]
      .map(
        (
          name,
        ) => `<xsd:element name="${name}"><xsd:complexType><xsd:sequence><xsd:element name="a" type="xsd:int"/><xsd:element name="b" type="xsd:int"/></xsd:sequence></xsd:complexType></xsd:element>
    <xsd:element name="${name}Response"><xsd:complexType><xsd:sequence><xsd:element name="result" type="xsd:int"/></xsd:sequence></xsd:complexType></xsd:element>`,
      )
      .join("\n")}
  </xsd:schema></wsdl:types>
  ${["Add", "Sub"]
    .map(
      (name) => `<wsdl:message name="${name}In"><wsdl:part name="parameters" element="t:${name}"/></wsdl:message>
  <wsdl:message name="${name}Out"><wsdl:part name="parameters" element="t:${name}Response"/></wsdl:message>`,
    )
    .join("\n")}
  <wsdl:portType name="CalcPort">
    ${["Add", "Sub"].map((name) => `<wsdl:operation name="${name}"><wsdl:input message="t:${name}In"/><wsdl:output message="t:${name}Out"/></wsdl:operation>`).join("\n")}
  </wsdl:portType>
  <wsdl:binding name="CalcBinding" type="t:CalcPort">
    <s:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    ${["Add", "Sub"]
      .map(
        (name) => `<wsdl:operation name="${name}"><s:operation soapAction="urn:calc/${name}?x=1&amp;y" style="document"/>
      <wsdl:input><s:body use="literal"/></wsdl:input><wsdl:output><s:body use="literal"/></wsdl:output></wsdl:operation>`,
      )
      .join("\n")}
  </wsdl:binding>
  <wsdl:service name="Calc"><wsdl:port name="CalcPort" binding="t:CalcBinding"><s:address location="${address}"/></wsdl:port></wsdl:service>
</wsdl:definitions>`;

let backend: Server;
let front: Server;
let gateway: Gateway;
let close: () => Promise<void>;
let origin = "";
let service = "";

beforeAll(async () => {
  backend = createServer((_, outgoing) => outgoing.writeHead(404).end());
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  service = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/calc`;
  const calc = {
    Add: ({ a, b }: { a: number; b: number }) => ({ result: Number(a) + Number(b) }),
    Sub: ({ a, b }: { a: number; b: number }) => ({ result: Number(a) - Number(b) }),
  };
  listen(backend, "/calc", { Calc: { CalcPort: calc } }, wsdl(service));
  gateway = await createGateway({
    apis: {
      calc: {
        path: "soap/calc",
        subscriptionRequired: false,
        wsdl: wsdl(service),
        policy: `<policies><inbound><base /></inbound><outbound><set-header name="X-Operation"><value>@(context.Operation.Id)</value></set-header></outbound></policies>`,
        operations: {
          Sub: {
            policy: `<policies><inbound><choose><when condition="@(context.Request.Headers.GetValueOrDefault("X-No","") != "")"><return-response><set-status code="403" /></return-response></when></choose></inbound></policies>`,
          },
        },
      },
    },
  });
  front = createServer();
  ({ close } = serve(front, gateway));
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await close();
  await gateway.close();
  await new Promise((resolve) => backend.close(resolve));
});

const clientOf = async () => {
  const client = await createClientAsync(`${service}?wsdl`);
  client.setEndpoint(`${origin}/soap/calc`);
  return client as typeof client & Record<"AddAsync" | "SubAsync", (args: object) => Promise<[{ result: number }]>>;
};

it("a SOAP client's calls come through, each as its operation", async () => {
  const client = await clientOf();
  const [sum] = await client.AddAsync({ a: 2, b: 3 });
  expect(sum).toEqual({ result: 5 });
  expect(client.lastResponseHeaders?.["x-operation"]).toBe("Add");
  const [difference] = await client.SubAsync({ a: 2, b: 3 });
  expect(difference).toEqual({ result: -1 });
  expect(client.lastResponseHeaders?.["x-operation"]).toBe("Sub");
});

it("a policy of one operation is not that of another", async () => {
  const client = await clientOf();
  client.addHttpHeader("X-No", "1");
  expect((await client.AddAsync({ a: 1, b: 1 }))[0]).toEqual({ result: 2 });
  await expect(client.SubAsync({ a: 1, b: 1 })).rejects.toMatchObject({ response: { status: 403 } });
});

it.each([
  ["the header of SOAP 1.1", "", { SOAPAction: '"urn:calc/Add?x=1&y"' }, "Add"],
  ["the header without quotes", "", { SOAPAction: "urn:calc/Sub?x=1&y" }, "Sub"],
  [
    "the content type of SOAP 1.2",
    "",
    { "Content-Type": 'application/soap+xml; charset=utf-8; action="urn:calc/Sub?x=1&y"' },
    "Sub",
  ],
  ["the query", "?soapAction=urn%3Acalc%2FAdd%3Fx%3D1%26y", { SOAPAction: "urn:calc/Sub?x=1&y" }, "Add"],
  ["no action", "", {}, null],
  ["another action", "", { SOAPAction: "urn:calc/Mul" }, null],
])("%s says which operation is meant", async (_, query, headers, operation) => {
  const { status, trace } = await gateway.handle(
    { method: "POST", url: `https://g.example/soap/calc${query}`, headers: Object.entries(headers), body: Buffer.from("<x/>") },
    { trace: true },
  );
  expect(trace!.match.operation).toBe(operation);
  if (operation === null) expect(status).toBe(404);
});

it("reads bindings to SOAP 1.2 as well", async () => {
  const other = await createGateway({ apis: { a: { path: "a", wsdl: wsdl("http://calc.internal/x", "soap12") } } });
  const [api] = other.configuration.apis.values();
  expect([...api!.operations.map(({ id }) => id)]).toEqual(["Add", "Sub"]);
  expect(api!.serviceUrl?.toString()).toBe("http://calc.internal/x");
  await other.close();
});

it.each([
  ["<html/>", "TP3010", "This is no WSDL document: its root is <html>."],
  ['<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>', "TP3010", "The WSDL document has no binding to SOAP."],
  [
    wsdl("http://a.example").replaceAll("urn:calc/Sub?", "urn:calc/Add?"),
    "TP3010",
    "The operations Add and Sub have the same soapAction",
  ],
  ["<definitions>", "TP0103", "<definitions> is never closed."],
  ['<!DOCTYPE d [<!ENTITY a "b">]><definitions/>', "TP0111", "DOCTYPE"],
])("says what is wrong with a document: %#", async (text, code, message) => {
  const error = await createGateway({ apis: { a: { path: "a", serviceUrl: "http://a.example", wsdl: text } } }).catch(
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  expect((error as ConfigurationError).diagnostics).toContainEqual(
    expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
  );
});
