import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const sheet = (body: string, attributes = ""): string =>
  `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" ${attributes}>${body}</xsl:stylesheet>`;
const bare = `<xsl:output omit-xml-declaration="yes"/>`;
const root = (body: string, attributes = ""): string =>
  sheet(`${bare}<xsl:template match="/">${body}</xsl:template>`, attributes);

async function transformed(stylesheet: string, body: string, parameters = "", type = "application/xml") {
  const policy = await world(
    { outbound: `<xsl-transform>${parameters}${stylesheet}</xsl-transform>` },
    { backend: [{ reply: { headers: { "Content-Type": type }, body } }] },
  );
  return policy.send({ url });
}

const identity = `<xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>`;
const items = `<a><b n="2">x</b><b n="10">y</b><b n="1">x</b></a>`;

describe("xsl-transform", () => {
  it.each<[string, string, string, string]>([
    [
      "copies what it does not change, escaped",
      sheet(bare + identity),
      `<a x="&lt;&quot;"><!--c--><?p q?>&lt;b&gt; &amp; c</a>`,
      `<a x="&lt;&quot;"><!--c--><?p q?>&lt;b&gt; &amp; c</a>`,
    ],
    [
      "overrides by the more exact template",
      sheet(`${bare}${identity}<xsl:template match="b[@n=10]"/>`),
      items,
      `<a><b n="2">x</b><b n="1">x</b></a>`,
    ],
    [
      "writes a declaration",
      sheet(`<xsl:template match="/"><r/></xsl:template>`),
      "<a/>",
      `<?xml version="1.0" encoding="utf-8"?><r/>`,
    ],
    ["has rules of its own", sheet(bare), "<a>x<b>y</b></a>", "xy"],
    [
      "sorts by number",
      root(
        `<r><xsl:for-each select="a/b"><xsl:sort select="@n" data-type="number" order="descending"/><xsl:value-of select="@n"/>,</xsl:for-each></r>`,
      ),
      items,
      "<r>10,2,1,</r>",
    ],
    [
      "sorts by text, then by another",
      root(
        `<r><xsl:apply-templates select="a/b"><xsl:sort/><xsl:sort select="@n" data-type="number"/></xsl:apply-templates></r>`,
      ).replace("</xsl:stylesheet>", `<xsl:template match="b"><xsl:value-of select="@n"/>;</xsl:template></xsl:stylesheet>`),
      items,
      "<r>1;2;10;</r>",
    ],
    [
      "groups by key",
      sheet(
        `${bare}<xsl:key name="k" match="b" use="."/><xsl:template match="/"><r><xsl:for-each select="//b[generate-id() = generate-id(key('k', .)[1])]"><g v="{.}" c="{count(key('k', .))}"/></xsl:for-each></r></xsl:template>`,
      ),
      items,
      `<r><g v="x" c="2"/><g v="y" c="1"/></r>`,
    ],
    [
      "chooses",
      root(`<xsl:choose><xsl:when test="a/@x='1'">one</xsl:when><xsl:otherwise>other</xsl:otherwise></xsl:choose>`),
      `<a x="2"/>`,
      "other",
    ],
    [
      "calls templates with parameters",
      sheet(
        `${bare}<xsl:template match="/"><xsl:call-template name="t"><xsl:with-param name="n" select="3"/></xsl:call-template></xsl:template><xsl:template name="t"><xsl:param name="n" select="0"/><xsl:if test="$n &gt; 0"><xsl:value-of select="$n"/><xsl:call-template name="t"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template></xsl:if></xsl:template>`,
      ),
      "<a/>",
      "321",
    ],
    [
      "has modes",
      sheet(
        `${bare}<xsl:template match="/"><xsl:apply-templates select="a/b" mode="m"/></xsl:template><xsl:template match="b" mode="m">[<xsl:value-of select="position()"/>/<xsl:value-of select="last()"/>]</xsl:template>`,
      ),
      items,
      "[1/3][2/3][3/3]",
    ],
    [
      "makes elements and attributes with computed names",
      root(
        `<xsl:element name="{a/@n}"><xsl:attribute name="x"><xsl:value-of select="1+1"/></xsl:attribute><xsl:comment>c</xsl:comment></xsl:element>`,
      ),
      `<a n="made"/>`,
      `<made x="2"><!--c--></made>`,
    ],
    [
      "declares namespaces of what it makes",
      root(
        `<xsl:element name="p:e" namespace="urn:e"><xsl:attribute name="q:a" namespace="urn:a">1</xsl:attribute></xsl:element>`,
      ),
      "<a/>",
      `<p:e xmlns:p="urn:e" xmlns:q="urn:a" q:a="1"/>`,
    ],
    [
      "leaves out namespaces that are excluded",
      root(`<r><xsl:value-of select="s:a/s:b"/></r>`, `xmlns:s="urn:s" exclude-result-prefixes="s"`),
      `<a xmlns="urn:s"><b>v</b></a>`,
      "<r>v</r>",
    ],
    [
      "numbers",
      root(
        `<xsl:for-each select="a/b"><xsl:number value="position()" format="a. "/></xsl:for-each><xsl:number value="14" format="I"/><xsl:number value="1234567" grouping-separator="," grouping-size="3"/>`,
      ),
      items,
      "a. b. c. XIV1,234,567",
    ],
    [
      "counts by level",
      sheet(
        `${bare}<xsl:template match="/"><xsl:apply-templates select="//c"/></xsl:template><xsl:template match="c"><xsl:number level="multiple" count="b|c" format="1.1"/>,<xsl:number level="any"/>;</xsl:template>`,
      ),
      "<a><b><c/></b><b><c/><c/></b></a>",
      "1.1,1;2.1,2;2.2,3;",
    ],
    [
      "formats numbers",
      root(
        `<xsl:value-of select="format-number(1234.5, '#,##0.00')"/> <xsl:value-of select="format-number(0.256, '0.#%')"/> <xsl:value-of select="format-number(-3, '0;(0)')"/> <xsl:value-of select="format-number(a, '0.00')"/>`,
      ),
      "<a>7</a>",
      "1,234.5025.6%(3)7.00",
    ],
    [
      "writes text as text",
      sheet(`<xsl:output method="text"/><xsl:template match="/"><xsl:value-of select="a"/></xsl:template>`),
      "<a>x &lt; y &amp; z</a>",
      "x < y & z",
    ],
    [
      "writes HTML",
      sheet(
        `<xsl:output method="html" indent="no"/><xsl:template match="/"><html><br/><script>a &lt; b</script><p/></html></xsl:template>`,
      ),
      "<a/>",
      "<html><br><script>a < b</script><p></p></html>",
    ],
    [
      "indents",
      sheet(`<xsl:output indent="yes" omit-xml-declaration="yes"/><xsl:template match="/"><r><a><b/></a></r></xsl:template>`),
      "<a/>",
      "<r>\n  <a>\n    <b/>\n  </a>\n</r>",
    ],
    [
      "strips blanks where it is told",
      sheet(`${bare}<xsl:strip-space elements="*"/>${identity}`),
      "<a> <b> x </b> </a>",
      "<a><b> x </b></a>",
    ],
    [
      "keeps CDATA sections",
      sheet(`<xsl:output omit-xml-declaration="yes" cdata-section-elements="a"/>${identity}`),
      "<a>x &lt; y</a>",
      "<a><![CDATA[x < y]]></a>",
    ],
    [
      "uses attribute sets",
      sheet(
        `${bare}<xsl:attribute-set name="s"><xsl:attribute name="x">1</xsl:attribute></xsl:attribute-set><xsl:template match="/"><r xsl:use-attribute-sets="s" y="2"/></xsl:template>`,
      ),
      "<a/>",
      `<r x="1" y="2"/>`,
    ],
    [
      "copies fragments",
      root(
        `<xsl:variable name="v"><i>1</i><i>2</i></xsl:variable><xsl:copy-of select="$v"/><xsl:value-of select="count(ms:node-set($v)/i)"/>`,
        `xmlns:ms="urn:schemas-microsoft-com:xslt" exclude-result-prefixes="ms"`,
      ),
      "<a/>",
      "<i>1</i><i>2</i>2",
    ],
    [
      "knows axes and positions",
      root(
        `<xsl:value-of select="//b[2]/preceding-sibling::b[1]/@n"/>,<xsl:value-of select="name(//b[3]/ancestor::*[1])"/>,<xsl:value-of select="count(//b[last()]/preceding::b)"/>,<xsl:value-of select="//b[position() &lt; 3][2]"/>`,
      ),
      items,
      "2,a,2,y",
    ],
    [
      "knows functions of texts",
      root(
        `<xsl:value-of select="substring('12345', 1.5, 2.6)"/>,<xsl:value-of select="translate('bar','abc','AB')"/>,<xsl:value-of select="normalize-space(' a  b ')"/>,<xsl:value-of select="substring-after('1999/04','/')"/>,<xsl:value-of select="string(1 div 0)"/>,<xsl:value-of select="7 mod -3"/>,<xsl:value-of select="0.0000001"/>`,
      ),
      "<a/>",
      "234,BAr,a b,04,Infinity,1,0.0000001",
    ],
    [
      "compares node-sets",
      root(
        `<xsl:if test="//b = 'y'">1</xsl:if><xsl:if test="not(//b != 'x') ">2</xsl:if><xsl:if test="//b/@n &gt; 9">3</xsl:if>`,
      ),
      items,
      "13",
    ],
  ])("%s", async (_what, stylesheet, body, expected) => {
    const { status, text, error } = await transformed(stylesheet, body);
    expect([status, error?.message ?? text]).toEqual([200, expected]);
  });

  it("gets parameters as texts that nothing can break out of", async () => {
    const hostile = `'"><x/>{1+1}&`;
    const policy = await world(
      {
        outbound: `<xsl-transform><parameter name="p">@(context.Request.Headers.GetValueOrDefault("X-P", ""))</parameter><parameter parameter-name="q">literal</parameter>${sheet(`${bare}<xsl:param name="p"/><xsl:param name="q"/><xsl:param name="d" select="'default'"/><xsl:template match="/"><r p="{$p}"><xsl:value-of select="concat($q, $d)"/></r></xsl:template>`)}</xsl-transform>`,
      },
      { backend: [{ reply: { body: "<a/>" } }] },
    );
    expect((await policy.send({ url, headers: { "X-P": hostile } })).text).toBe(
      `<r p="'&quot;&gt;&lt;x/&gt;{1+1}&amp;">literaldefault</r>`,
    );
  });

  it("transforms the request in inbound, and says its media type", async () => {
    const policy = await world(`<xsl-transform>${sheet(`<xsl:output method="text" media-type="text/csv"/>`)}</xsl-transform>`);
    const { backendCalls } = await policy.send({
      url,
      method: "POST",
      headers: { "Content-Type": "text/xml" },
      body: "<a>1</a>",
    });
    expect([Buffer.from(backendCalls[0]!.body).toString(), backendCalls[0]!.headers.get("Content-Type")]).toEqual([
      "1",
      "text/csv; charset=utf-8",
    ]);
  });

  it.each([
    ["no XML", "text", sheet("")],
    ["a document type", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, sheet("")],
    ["an end by message", "<a/>", root(`<xsl:message terminate="yes">no</xsl:message>`)],
    ["a value where nodes are needed", "<a/>", root(`<xsl:for-each select="'x'"/>`)],
  ])("fails for %s", async (_what, body, stylesheet) => {
    const { status, error } = await transformed(stylesheet, body);
    expect([status, error!.source, error!.reason]).toEqual([500, "xsl-transform", "XslTransformFailure"]);
  });

  it.each([
    ["calls without end", sheet(`<xsl:template match="/" name="t"><xsl:call-template name="t"/></xsl:template>`), "<a/>"],
    [
      "work without end",
      root(
        `<xsl:for-each select="//b"><xsl:for-each select="//b"><xsl:for-each select="//b"><xsl:value-of select="count(//b)"/></xsl:for-each></xsl:for-each></xsl:for-each>`,
      ),
      `<a>${"<b/>".repeat(200)}</a>`,
    ],
    [
      "texts that double",
      root(`<xsl:call-template name="d"><xsl:with-param name="t" select="'xxxxxxxxxxxxxxxx'"/></xsl:call-template>`).replace(
        "</xsl:stylesheet>",
        `<xsl:template name="d"><xsl:param name="t"/><xsl:call-template name="d"><xsl:with-param name="t" select="concat($t, $t)"/></xsl:call-template></xsl:template></xsl:stylesheet>`,
      ),
      "<a/>",
    ],
    [
      "fragments that double",
      root(`<xsl:call-template name="d"><xsl:with-param name="t">xxxxxxxxxxxxxxxx</xsl:with-param></xsl:call-template>`).replace(
        "</xsl:stylesheet>",
        `<xsl:template name="d"><xsl:param name="t"/><xsl:call-template name="d"><xsl:with-param name="t"><xsl:copy-of select="$t"/><xsl:copy-of select="$t"/></xsl:with-param></xsl:call-template></xsl:template></xsl:stylesheet>`,
      ),
      "<a/>",
    ],
  ])("ends %s", async (_what, stylesheet, body) => {
    const { error } = await transformed(stylesheet, body);
    expect(error!.reason).toBe("XslTransformLimit");
  });

  it.each([
    [sheet(`<xsl:include href="http://x.example/"/>`), "xsl:include"],
    [sheet(`<xsl:import href="file:///etc/passwd"/>`), "xsl:import"],
    [root(`<xsl:value-of select="document('x.xml')"/>`), "document()"],
    [root(`<xsl:value-of select="ext:run()"/>`, `xmlns:ext="urn:e"`), "ext:run"],
    [sheet("", `extension-element-prefixes="ext" xmlns:ext="urn:e"`), "extension"],
    [sheet(`<ms:script xmlns:ms="urn:schemas-microsoft-com:xslt">x</ms:script>`), "Scripts"],
    [root(`<xsl:value-of select="1 +"/>`), "1 +"],
    [root(`<xsl:nothing/>`), "xsl:nothing"],
    [root("<a>"), "well-formed"],
  ])("refuses at load time: %s", async (stylesheet) => {
    expect(findings({ outbound: `<xsl-transform>${stylesheet}</xsl-transform>` })[0]).toMatch(/^error TP(?:2113|01\d\d)$/);
  });

  it.each([
    ["<xsl-transform />", ["error TP2113"]],
    [`<xsl-transform><parameter>x</parameter>${sheet("")}</xsl-transform>`, ["warning TP2007", "error TP2101"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings({ outbound: xml })).toEqual(expected);
  });
});
