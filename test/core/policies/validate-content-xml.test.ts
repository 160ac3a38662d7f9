import { createGateway, definePolicy } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { apiWorld, internalText, messageOf } from "./validation-support.js";

const xs = (inner: string, attributes = "") =>
  `<?xml version="1.0"?>\n<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" ${attributes}>${inner}</xs:schema>`;
const order = xs(
  `<xs:element name="order"><xs:complexType><xs:sequence>
     <xs:element name="id" type="xs:integer" />
     <xs:element name="note" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="5" /></xs:restriction></xs:simpleType></xs:element>
   </xs:sequence><xs:attribute name="at" type="xs:date" /></xs:complexType></xs:element>
   <xs:element name="ping" />`,
);
const policy = (inner: string) =>
  `<validate-content unspecified-content-type-action="prevent" max-size="5000" size-exceeded-action="prevent" errors-variable-name="errors">${inner}</validate-content>`;
const content = (attributes: string, as = "xml") => `<content validate-as="${as}" action="prevent" ${attributes} />`;
const operations = (schemaId?: string) => ({
  post: {
    method: "POST",
    urlTemplate: "/",
    request: {
      representations: [
        { contentType: "application/xml", ...(schemaId === undefined ? {} : { schemaId }) },
        { contentType: "text/xml" },
      ],
    },
  },
});
const world = (rule: string, schemas: Record<string, string> = { order }, schemaId?: string) =>
  apiWorld(policy(rule), operations(schemaId), { schemas });
const post = (body: string | Uint8Array, type = "application/xml") => ({
  method: "POST",
  url: "https://api.example/a/",
  headers: { "Content-Type": type },
  body: typeof body === "string" ? Buffer.from(body) : body,
});
const unfit = (what: string, definition = "order", type = "application/xml") =>
  `Body of the request does not conform to the definition ${definition}, which is associated with the content type ${type}. ${what}`;

describe("validate-content of XML against a schema", () => {
  const test = world(content('schema-id="order"'));

  it.each([
    "<order><id>1</id></order>",
    '<?xml version="1.0" encoding="UTF-8"?>\n<order at="2024-02-29"><id> 12 </id><note>x</note></order>',
    "\uFEFF<order><id>1</id></order>",
    "<!-- any top-level element may be the root --><ping>anything</ping>",
  ])("lets through %s", async (body) => {
    const outcome = await (await test).send(post(body));
    expect([outcome.status, outcome.error]).toEqual([200, null]);
  });

  it.each([
    ["<order />", "Element 'order': Missing child element(s). Expected is ( id ). Line: 1, Position: 1"],
    [
      "<order>\n<id>x</id></order>",
      "Element 'id': 'x' is not a valid value of the atomic type 'xs:integer'. Line: 2, Position: 1",
    ],
    [
      '<?xml version="1.0"\n?>\n<order at="yesterday"><id>1</id></order>',
      "Element 'order', attribute 'at': 'yesterday' is not a valid value of the atomic type 'xs:date'. Line: 3, Position: 1",
    ],
    [
      "<order><id>1</id><more/></order>",
      "Element 'more': This element is not expected. Expected is ( note ). Line: 1, Position: 1",
    ],
    ["<other />", "Element 'other': No matching global declaration available for the validation root. Line: 1, Position: 1"],
    ["<order><id>1</id>", "The XML is not well-formed at line 1, column 18: an element is not closed."],
  ])("refuses %s", async (body, message) => {
    const outcome = await (await test).send(post(body));
    expect([outcome.status, messageOf(outcome)]).toEqual([400, unfit(message)]);
    expect(outcome.error).toMatchObject({ source: "validate-content", reason: "Bad request", message: unfit(message) });
  });

  it("reads what the Content-Type says of the encoding", async () => {
    const utf16 = Buffer.from('\uFEFF<?xml version="1.0" encoding="utf-16"?><order><id>1</id><note>é</note></order>', "utf16le");
    expect((await (await test).send(post(utf16))).status).toBe(200);
    const latin1 = Buffer.from("<order><id>1</id><note>é</note></order>", "latin1");
    expect((await (await test).send(post(latin1, "application/xml; charset=iso-8859-1"))).status).toBe(200);
    expect((await (await test).send(post(latin1))).status).toBe(400);
  });

  it("takes the schema of the API's definition where the policy names none", async () => {
    const declared = await world(content(""), { order }, "order");
    expect((await declared.send(post("<order><id>1</id></order>"))).status).toBe(200);
    expect(messageOf(await declared.send(post("<order />")))).toContain("does not conform to the definition order,");
    expect((await declared.send(post("<anything />", "text/xml"))).status).toBe(200);
  });

  it("tells the caller nothing of a definition that cannot be used", async () => {
    const broken = xs('<xs:element name="a" type="none" />');
    const outcome = await (await world(content(""), { broken }, "broken")).send(post("<a />"));
    expect([outcome.status, messageOf(outcome)]).toEqual([400, internalText]);
    expect(outcome.variables["errors"]).toMatchObject([{ ValidationRule: "ValidationException" }]);
    expect(outcome.error!.message).toContain("'none'");
  });

  it("takes the document out of a SOAP envelope, with the names that hold there", async () => {
    const inner = { ...{ order: xs('<xs:element name="order" type="xs:integer" />', 'targetNamespace="urn:o"') } };
    const soap = await world(content('type="text/xml" schema-id="order"', "soap"), inner);
    const envelope = (body: string, version = "http://schemas.xmlsoap.org/soap/envelope/") =>
      `<s:Envelope xmlns:s="${version}" xmlns:o="urn:o"><s:Header><o:any/></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
    expect((await soap.send(post(envelope("<o:order>1</o:order>"), "text/xml"))).status).toBe(200);
    expect(
      (await soap.send(post(envelope("<o:order>1</o:order>", "http://www.w3.org/2003/05/soap-envelope"), "text/xml"))).status,
    ).toBe(200);
    expect(messageOf(await soap.send(post(envelope("<o:order>x</o:order>"), "text/xml")))).toBe(
      unfit("Element '{urn:o}order': 'x' is not a valid value of the atomic type 'xs:integer'.", "order", "text/xml"),
    );
  });
});

describe("validate-content of XML schemas that refer to others", () => {
  const types = xs(
    '<xs:simpleType name="small"><xs:restriction base="xs:integer"><xs:maxInclusive value="9" /></xs:restriction></xs:simpleType>',
  );
  const foreign = xs('<xs:element name="part" type="xs:boolean" />', 'targetNamespace="urn:p"');
  const root = (location: string) => xs(`<xs:include schemaLocation="${location}" /><xs:element name="a" type="small" />`);

  it.each(["types", "types.xsd", "./types", "/schemas/types", "https://schemas.example/v1/types.xsd?x#y"])(
    "an include of %s is the stored schema types",
    async (location) => {
      const test = await world(content('schema-id="root"'), { root: root(location), types });
      expect((await test.send(post("<a>9</a>"))).status).toBe(200);
      expect((await test.send(post("<a>10</a>"))).status).toBe(400);
    },
  );

  it("an import brings another namespace, and what is included may include again, also itself", async () => {
    const schemas = {
      root: xs(
        `<xs:import namespace="urn:p" schemaLocation="foreign" /><xs:include schemaLocation="more" />
         <xs:element name="a"><xs:complexType><xs:sequence><xs:element ref="p:part" /><xs:element name="n" type="small" /></xs:sequence></xs:complexType></xs:element>`,
        'xmlns:p="urn:p"',
      ),
      more: xs('<xs:include schemaLocation="types" /><xs:include schemaLocation="root" />'),
      types,
      foreign,
    };
    const test = await world(content('schema-id="root"'), schemas);
    const body = (part: string, n: string) => post(`<a xmlns:p="urn:p"><p:part>${part}</p:part><n>${n}</n></a>`);
    expect([(await test.send(body("true", "1"))).status, (await test.send(body("maybe", "1"))).status]).toEqual([200, 400]);
    expect((await test.send(body("true", "10"))).status).toBe(400);
  });

  it.each([
    [{ root: root("none") }, "root refers to none, and there is no schema of that id."],
    [{ root: root("file:///etc/passwd") }, "root refers to file:///etc/passwd, and there is no schema of that id."],
    [
      { root: root("types"), types: xs('<xs:include schemaLocation="http://127.0.0.1:1/x" />') },
      "types refers to http://127.0.0.1:1/x",
    ],
    [
      { root: `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${root("types")}`, types },
      "a document type is not accepted",
    ],
    [{ root: "<xs:schema" }, "not well-formed"],
    [{ root: "<root />" }, "is not a schema document."],
    [{ root: '{"type":"object"}' }, "it is no XML."],
  ])("refuses %j at load time", async (schemas, message) => {
    await expect(world(content('schema-id="root"'), schemas as Record<string, string>)).rejects.toMatchObject({
      diagnostics: [{ code: "TP2107", message: expect.stringContaining(message) }],
    });
  });

  it("gives back the library's memory, whatever became of a document", async () => {
    let library = {} as { readonly diag: { configure(options: object): void; report(): object } };
    const spy = definePolicy({
      name: "spy",
      category: "logging",
      summary: "Gets at the library.",
      sections: ["inbound"],
      scopes: ["api"],
      attributes: {},
      children: {},
      packages: () => ["libxml2-wasm"],
      compile(_element, compiler) {
        library = compiler.package("libxml2-wasm") as typeof library;
        return () => "continue";
      },
    });
    const document = `<policies><inbound><spy />${policy(content('schema-id="order"'))}</inbound><backend><forward-request /></backend></policies>`;
    const apis = { a: { path: "a", subscriptionRequired: false, policy: document, operations: operations() } };
    const gateway = await createGateway({ schemas: { order }, apis }, { policies: [spy] });
    library.diag.configure({ enabled: true });
    try {
      for (const body of ["<order><id>1</id></order>", "<order />", "<order>&#0;</order>", "<o:order />", "<order"])
        await gateway.handle({ ...post(body), body: Buffer.from(body) });
      expect(library.diag.report()).toEqual({});
    } finally {
      library.diag.configure({ enabled: false });
      await gateway.close();
    }
  });
});
