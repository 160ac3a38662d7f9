import { describe, expect, it } from "vitest";
import { queryOptionFault } from "#core/policies/content-validation/odata/query-options.js";
import { resourcePathFault } from "#core/policies/content-validation/odata/resource-path.js";
import { findings, world } from "./support.js";

const send = async (query: string, attributes = "", headers = {}, body: Uint8Array | null = null) =>
  (await world(`<validate-odata-request error-variable-name="errors" ${attributes} />`)).send({
    url: `https://api.example/odata/${query}`,
    headers,
    body,
  });

describe("validate-odata-request", () => {
  it.each([
    ["People?$filter=Age gt 5&$top=3&own=x", "", {}, null],
    ["People", 'min-odata-version="4.0" max-odata-version="4.01"', {}, null],
    ["People", 'min-odata-version="4.0"', { "OData-Version": "3.0" }, "The OData version 3.0 is lower than 4.0."],
    ["People", 'max-odata-version="4.0"', { "OData-Version": "4.01" }, "The OData version 4.01 is higher than 4.0."],
    ["People", 'default-odata-version="3.0" min-odata-version="4.0"', {}, "The OData version 3.0 is lower than 4.0."],
    ["People", "", { "OData-Version": "four" }, "The header OData-Version is no version."],
    ["People", "", { "OData-MaxVersion": "x" }, "The header OData-MaxVersion is no version."],
    ["People?$top=-1", "", {}, "The query option $top is not valid: it is no number of items."],
    ["People?$top=1&$top=2", "", {}, "The query option $top is there more than once."],
    ["People?$drop=1", "", {}, "The query option $drop is unknown."],
    ["People/$drop", "", {}, "The path segment $drop is unknown."],
  ])("%s %s %j", async (query, attributes, headers, message) => {
    const { status, error, variables } = await send(query.replaceAll(" ", "%20"), attributes, headers);
    if (message === null) expect([status, error]).toEqual([200, null]);
    else {
      expect(error).toMatchObject({ source: "validate-odata-request", reason: "Bad request", message, status: 400 });
      expect(variables).toHaveProperty("errors");
    }
  });

  it("bounds bodies", async () => {
    expect((await send("People", 'max-size="4"', {}, Buffer.from("1234"))).status).toBe(200);
    expect((await send("People", 'max-size="4"', {}, Buffer.from("12345"))).error!.message).toContain("limit of 4 bytes");
  });

  it.each([
    ["$filter", "Name eq 'O''Neil' and not (Age lt 5 or Price mul 2 ge -1.5e3)"],
    ["$filter", "contains(tolower(Name),'a') and Tags/any(t:t/Id in (1,2)) and Items/all(i:i/A)"],
    ["$filter", "At gt 2024-01-01T00:00:00Z and Id eq 01234567-89ab-cdef-0123-456789abcdef and D eq duration'PT1H'"],
    ["$orderby", "Name desc,length(Name) asc, Age"],
    ["$select", "Name,Address/City,*"],
    ["$expand", "Orders($filter=Total gt 5;$expand=Lines($top=1)),Friends/$ref"],
    ["$count", "true"],
    ["$FILTER", "Name EQ 'a' AND NOT StartsWith(Name,'b')"],
    ["$filter", "p eq +42 or p eq -INF or p eq 1.5E-3 or p lt -0.1m"],
    ["$filter", 'Name in ["Milk", "Cheese"] and Id in () and a eq [] and b eq {} and (1,2) in Pairs'],
    ["$filter", 'Address eq {"Street":"NE 40th","Sizes":[1, 2 add 3],"Of":Customer/Name}'],
    ["$filter", "@Core.Messages#first/any(m:m/severity eq 'error') and Name/@Vocab.Term eq true"],
    ["$filter", 'Model.Best(a=@p,b={"x":"a \\"b\\""})/Items(\'a\'\'b\')(2)/$count gt $it/Age'],
    ["$filter", "style has Sales.Pattern'Yellow,Blue' and isof(Shape,Model.Square) and cast(Edm.String) ne null"],
    ["$filter", "Sales/aggregate(Amount with sum from Time with average) gt 5"],
    ["$filter", "geo.distance(Location,geography'SRID=0;Point(1 2)') le 1 and t eq 23:59:59.5 and d eq 2024-01-01"],
    ["$filter", "not not A and -(-B) eq 1 and maxdatetime( ) gt now()"],
    ["$select", "Ns.*,Model.Action,Address/City,@Core.Term,Items($filter=a eq 1;$select=b),Model.F(x,y)"],
    ["$expand", "*($levels=2)"],
    [
      "$expand",
      "*/$ref,Items/$count($search=a b),Items/$ref($top=1;$skip=2),Model.Type/Items($levels=max;$count=true),Photo/$value",
    ],
    ["$expand", "Items(@a=$this;$filter=@a/x eq 1;$expand=Lines($orderby=a desc,b))"],
    ["$search", "blue OR \"dark green\" NOT (red AND 'a;b')"],
    ["$compute", "Price mul 2 as Double,length(Name) as Long"],
    ["$apply", "filter(a eq 1)/groupby((A,rollup(B/C,D)),aggregate(E with sum as S,$count as N))/topcount(2,S)/orderby(S desc)"],
    ["$apply", "groupby((A),concat(aggregate($count as N), aggregate(Budget))/Custom.condense())/compute(N add 1 as M)"],
    ["$apply", "ancestors($root/Orgs,Hierarchy,ID,filter(contains(Name,'East')),2,keep start)/join(Sales as Sale,identity)"],
    ["$apply", "addnested(Products,filter(a) as X,addnested(Sales,identity as Y) as Z)/nest(identity as All)"],
    ["$orderby", "Products/$count,Items/any() desc"],
    ["$levels", "max"],
  ])("knows %s=%s", (name, value) => {
    expect(queryOptionFault(name, [value])).toBeNull();
  });

  it.each([
    ["$filter", ""],
    ["$filter", "Name eq"],
    ["$filter", "eq 1"],
    ["$filter", "Name eq 'open"],
    ["$filter", "(Name eq 1"],
    ["$filter", "Name eq 1)"],
    ["$filter", "Name eq 1; drop"],
    ["$filter", "A B"],
    ["$filter", "(".repeat(5_000)],
    ["$filter", "x".repeat(40_000)],
    ["$orderby", "Name up"],
    ["$select", "Name,,Age"],
    ["$expand", "Orders("],
    ["$count", "yes"],
    ["$search", ""],
    ["$filter", " true"],
    ["$filter", "true "],
    ["$filter", "any()"],
    ["$filter", "Products/all()"],
    ["$filter", "Products/all(p)"],
    ["$filter", "aggregate(Amount with sum) gt 5"],
    ["$filter", 'Name in ["Milk"'],
    ["$filter", "a eq {b:1}"],
    ["$filter", "Name eq 'O'Neil'"],
    ["$filter", "a  .b"],
    ["$filter", "[".repeat(5_000)],
    ["$filter", "-".repeat(5_000)],
    ["$select", "Name/"],
    ["$select", "Items($levels=2)"],
    ["$expand", "Customer/$ref($levels=4)"],
    ["$expand", "Items/$ref($expand=Product)"],
    ["$expand", "Items/$count($top=1)"],
    ["$expand", "Items($top=1;$top=2)"],
    ["$expand", "Items($drop=1)"],
    ["$expand", "Items/$ref/$count"],
    ["$search", '"blue'],
    ["$search", '"blue"green'],
    ["$search", "gr(een"],
    ["$apply", "aggregate($count with sum as S)"],
    ["$apply", "aggregate(Amount with sum)"],
    ["$apply", "aggregate(Sales(Amount with sum as S))"],
    ["$apply", "addnested(Suppliers,nest(Products))"],
    ["$apply", "groupby((Product/Self.Digital))"],
    ["$apply", "shrink(1)"],
    ["$apply", "ancestors($root/A,B,C,filter(a), filter(b), 2)"],
    ["$compute", "Price mul 2"],
    ["$levels", "all"],
    ["$top", "1e3"],
  ])("refuses %s=%s", (name, value) => {
    expect(queryOptionFault(name, [value])).toMatch(/is not valid/);
  });

  it.each([
    ["/People('a')/Friends(1)/$count", null],
    ["/People(%27O%27%27Neil%27)/Friends(ID=1,Name=%27a%27)/Model.Type/Name", null],
    ["/Files/O'Neil/report%20(1).pdf/-1", null],
    ["/Categories('Tablet%2FSlate')", null],
    ["/Products/$filter(@foo)/$each/Model.Discount(percent=@p,in={%22a%22:[1]})", null],
    ["/$crossjoin(Products,Sales)", null],
    ["/People(1)/Address/$query", null],
    ["/Products/$count/$query", null],
    ["/Best(a=1)(2)/Name", null],
    ["/People('a", "The path segment People('a is not valid: unexpected character at position 8."],
    ["/People(1", "The path segment People(1 is not valid: it ends too early."],
    ["/People(1))", "The path segment People(1)) is not valid: unexpected character at position 10."],
    ["/Products.('foo')", "The path segment Products.('foo') is not valid: unexpected character at position 9."],
    ["/Items(A=1;B=2)", "The path segment Items(A=1;B=2) is not valid: unexpected character at position 10."],
    ["/Customers('O'Neil')", "The path segment Customers('O'Neil') is not valid: unexpected character at position 14."],
    ["/Products/$count/foo", "The path goes on behind $count."],
    ["/Products/$ref/$count", "The path goes on behind $ref."],
    ["/A(1)/ID/$value/foo", "The path goes on behind $value."],
    ["/Products/$filter()", "The path segment $filter() is not valid: unexpected character at position 9."],
    ["/%zz", "The path is not percent-encoded as it should be."],
  ])("reads the path %s", (path, fault) => {
    expect(resourcePathFault(path)).toBe(fault);
  });

  it("is checked at load time", () => {
    expect(findings('<validate-odata-request min-odata-version="new" />')).toEqual(["error TP2008"]);
  });
});
