import { describe, expect, it } from "vitest";
import { rendered } from "./support.js";

const xml = { type: "text/xml" };
const order = `<?xml version="1.0"?><o:Order xmlns:o="urn:o" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><OrderId>001</OrderId>
  <Customer><o:Name>Ann &amp; Co</o:Name></Customer><Lines><Line><P>Pen</P></Line><Line><P>Ink</P></Line></Lines><Single><Line><P>Cap</P></Line></Single>
  <Total>12.50</Total><Empty/><Nil xsi:nil="true"/><Tag>a</Tag><Tag>b</Tag></o:Order>`;

describe("an XML body in Liquid", () => {
  it.each([
    ["{{ body.Order.OrderId }}{{ body.ORDER.orderid }}{{ body['order']['ORDERID'] }}", "001001001"],
    ["{{ body.order.customer.name }}", "Ann & Co"],
    [
      "{% for l in body.order.lines %}{{ l.p }};{% endfor %}{% JSONArrayFor l in body.order.single %}{{ l.P }}{% endJSONArrayFor %}",
      "Pen;Ink;Cap",
    ],
    [
      "{{ body.order.lines.size }}{{ body.order.lines | Size }}{{ body.order.lines[1].p }}{{ body.order.lines.first.p }}",
      "22InkPen",
    ],
    ["{% for l in body.order.lines reversed limit:1 %}{{ l.p }}{% endfor %}{% for l in body.order.empty %}x{% endfor %}", "Pen"],
    ["{{ body.order.total | Plus: 1 }}|{% if body.order.total == 12.50 %}y{% endif %}", "12.501|y"],
    ["{% if body.order.empty %}y{% endif %}{% if body.order.nil %}y{% endif %}{% if body.order.nothing %}n{% endif %}", "yy"],
    ["{{ body.order.tag | Join: ',' }}{% if body.order hasKey 'ORDERID' %}y{% endif %}", "a,by"],
    ["{% for root in body %}{{ root.OrderId }}{% endfor %}{% assign o = body.order %}{{ o.TOTAL }}", "00112.50"],
  ])("%s", async (template, expected) => {
    expect(await rendered(template, { body: order, ...xml })).toBe(expected);
  });

  it("gives nothing for xsi:nil if told to", async () => {
    const template = "[{{ body.order.nil | Default: 'none' }}]{% if body.order.nil %}y{% else %}n{% endif %}";
    expect(await rendered(template, { body: order, ...xml, attributes: 'xsi-nil="null"' })).toBe("[none]n");
    expect(await rendered("{{ body.order.nil }}{% if body.order.nil == blank %}y{% endif %}", { body: order, ...xml })).toBe("y");
  });

  it("runs the policy that the service writes for SOAP services", async () => {
    const template = String.raw`[{% JSONArrayFor item in body.envelope.body.GetThingsResponse.GetThingsResult -%}{ "title": {% if item.Title %}"{{item.Title | Replace: '\r', '\r' | Replace: '\n', '\n' | Replace: '([^\\](\\\\)*)"', '$1\"'}}"{% else %} null {% endif %} }{% endJSONArrayFor -%}]`;
    const body = `<s:Envelope xmlns:s="urn:s"><s:Body><GetThingsResponse><GetThingsResult><T><Title>a "b" c</Title></T><T/></GetThingsResult></GetThingsResponse></s:Body></s:Envelope>`;
    expect(await rendered(template, { body, ...xml })).toBe(String.raw`[{ "title": "a \"b\" c" },{ "title":  null  }]`);
  });
});

describe("a JSON body in Liquid", () => {
  const json = { type: "application/vnd.x+json" };

  it.each([
    ["[1,2]", "{% JSONArrayFor x in body %}{{ x }}{% endJSONArrayFor %}{{ body.size }}", "1,22"],
    ['"text"', "[{{ body }}]", "[text]"],
    ["null", "[{{ body }}]", "[]"],
    ['{"a":1e3,"b":1.50,"c":100.0,"d":-0.0025}', "{{ body.a }} {{ body.b }} {{ body.c }} {{ body.d }}", "1000 1.5 100 -0.0025"],
    [
      '{"a":"2012-03-21T05:40Z","b":"/Date(1198908717056)/","c":"2024-02-03"}',
      "{{ body.a }} {{ body.b }} {{ body.c }}",
      "03/21/2012 05:40:00 12/29/2007 06:11:57 2024-02-03",
    ],
    [
      '{"a":"2024-02-03T04:05:06+02:00","b":"2024-02-03T04:05:06"}',
      "{{ body.a }}|{{ body.b }}",
      "02/03/2024 02:05:06|02/03/2024 04:05:06",
    ],
  ])("%s", async (body, template, expected) => {
    expect(await rendered(template, { body, ...json })).toBe(expected);
  });

  it("leaves dates as they are if told to", async () => {
    expect(await rendered("{{ body.date }}{{ body.date | Date: ' HH' }}", { attributes: 'parse-date="false"' })).toBe(
      "2024-02-03T04:05:06Z 04",
    );
  });
});

describe("context in Liquid", () => {
  const headers = { "X-One": "uno", "X-Id": "17" };

  it.each([
    [
      "{{ context.Request.Method }} {{ context.Request.Url.Scheme }} {{ context.Request.Url.Host }} {{ context.Request.Url.Port }}",
      "POST https api.example 443",
    ],
    [
      "{{ context.Request.Url.Path }}{{ context.Request.Url.QueryString }} {{ context.Request.OriginalUrl }}",
      "/orders?a=1&b=two https://api.example/orders?a=1&b=two",
    ],
    ["{{ context.Request.Url.Query['a'] }}{{ context.Request.Url.Query.b }}", "1two"],
    [
      "{{ context.Request.Headers['x-ONE'] }}{{ context.Request.Headers.X-Id }}{{ context.Request.Headers['X-One'].size }}{{ context.Request.Headers['X-One'][0] }}",
      "uno171uno",
    ],
    [
      "{% for h in context.Request.Headers %}{% if h.Key == 'X-One' %}{{ h.Key }}: {{ h.Value }}{% endif %}{% endfor %}",
      "X-One: uno",
    ],
    [
      "[{{ context.request.Method }}{{ context.Request.method }}{{ context.Nope }}{{ context.Request.Headers['No'] }}{{ context }}]",
      "[]",
    ],
    ["{{ context.Request.Method | Downcase }}{% if context.Request.HasBody %}y{% endif %}", "posty"],
  ])("%s", async (template, expected) => {
    expect(await rendered(template, { headers })).toBe(expected);
  });

  it.each([
    ["@(5)", "{{ v | Plus: 1 }} {{ v | DividedBy: 2 }}", "6 2"],
    ["@(5L)", "{{ v | DividedBy: 2 }}{% if v == 5 %}y{% endif %}", "2y"],
    ["@(0.10m)", "{{ v | Times: 3 }} {{ v | Append: 'x' }}", "0.3 0.10x"],
    ["@(true)", "{{ v }}{% if v %}y{% endif %}", "truey"],
    ["@(DateTime.Parse(&quot;2024-02-03T04:05:06Z&quot;).ToUniversalTime())", "{{ v }}", "02/03/2024 04:05:06"],
    [`@(JObject.Parse("{'a':1,'b':{'c':[1.5,null,true]}}"))`, "{{ v.a | Plus: 1 }} {{ v.b.c }} {{ v.b.c[0] }}", "2 1.5True 1.5"],
    [`@(JArray.Parse("[{'id':1},{'id':2}]"))`, "{% for x in v %}{{ x.id }};{% endfor %}", "1;2;"],
    [`@("{" + "{ body.n }" + "}")`, "{{ v }}", "{{ body.n }}"],
    ["@(Guid.Empty)", "{{ v }}", "00000000-0000-0000-0000-000000000000"],
  ])("a variable keeps its type: %s", async (value, template, expected) => {
    const before = `<set-variable name="v" value="${value.replaceAll('"', "&quot;").replaceAll("&amp;quot;", "&quot;")}" />`;
    expect(await rendered(`{% assign v = context.Variables['v'] %}${template}`, { before })).toBe(expected);
    expect(await rendered("{{ context.Variables['V'] }}", { before })).toBe("");
  });
});
