// What the expression benchmark evaluates: each case in every language that can say it. `null`: it cannot, without code of the host's.

export const body = JSON.stringify({
  items: Array.from({ length: 100 }, (_, i) => ({ id: `item-${i}`, qty: (i * 37) % 100, price: i * 1.5 })),
});

/** The fixture that Turnpike's `context` is made of, and the same facts as plain data for the others. */
export const fixture = {
  request: { method: "POST", url: "https://gateway.example.com/payments", headers: { "X-Tier": ["gold"], "X-Id": ["r-42"] } },
  response: { statusCode: 200 },
  user: { id: "u-7", email: "u@example.com", firstName: "U", lastName: "V" },
  variables: { body: { type: "string", value: body } },
};
export const data = {
  request: { method: "POST", path: "/payments", headers: { "x-tier": "gold", "x-id": "r-42" } },
  response: { status: 200 },
  user: { id: "u-7" },
  body,
  tier: "gold",
};

export const cases = [
  {
    name: "condition of three clauses",
    expected: true,
    turnpike:
      '@(context.Request.Method == "POST" && context.Response.StatusCode < 400 && context.Request.Headers.GetValueOrDefault("X-Tier", "") == "gold")',
    js: '(request.method === "POST" && response.status < 400 && request.headers["x-tier"] === "gold")',
    cel: 'request.method == "POST" && response.status < 400.0 && request.headers["x-tier"] == "gold"',
    jexl: 'request.method == "POST" && response.status < 400 && request.headers["x-tier"] == "gold"',
    filtrex: 'method == "POST" and status < 400 and tier == "gold"',
    jsonata: 'request.method = "POST" and response.status < 400 and request.headers."x-tier" = "gold"',
  },
  {
    name: "header, null-conditional, interpolation",
    expected: "r-42 of u-7",
    turnpike: '@($"{context.Request.Headers.GetValueOrDefault("X-Id", "none")} of {context.User?.Id}")',
    js: '`${request.headers["x-id"] ?? "none"} of ${user?.id ?? ""}`',
    cel: '(("x-id" in request.headers) ? request.headers["x-id"] : "none") + " of " + (has(user.id) ? user.id : "")',
    jexl: '(request.headers["x-id"] ? request.headers["x-id"] : "none") + " of " + user.id',
    filtrex: null,
    jsonata: '(request.headers."x-id" ? request.headers."x-id" : "none") & " of " & user.id',
  },
  {
    name: "JSON parsed, LINQ over 100 items",
    expected: 49,
    turnpike: '@(JObject.Parse((string)context.Variables["body"])["items"].Where(i => (int)i["qty"] > 50).Count())',
    js: 'JSON.parse(body)["items"].filter((i) => i.qty > 50).length',
    cel: "parse(body).items.filter(i, i.qty > 50.0).size() == 49 ? 49.0 : 0.0",
    jexl: "(body|parse).items[.qty > 50]|length",
    filtrex: null,
    jsonata: "$count($parse(body).items[qty > 50])",
  },
  {
    name: "HMAC signature",
    expected: "nGHbLWEspISYKoYnb/SR/RT3cSUYw21h6oUN4fdEtnM=",
    turnpike:
      '@(Convert.ToBase64String(new HMACSHA256(Encoding.UTF8.GetBytes("secret")).ComputeHash(Encoding.UTF8.GetBytes(context.Request.Method + "/payments"))))',
    js: 'createHmac("sha256", "secret").update(request.method + "/payments").digest("base64")',
    cel: null,
    jexl: null,
    filtrex: null,
    jsonata: null,
    isHostOnly: true,
  },
  {
    name: "loop of 10,000 steps",
    expected: 29_994,
    turnpike: "@{ var s = 0; for (var i = 0; i < 10000; i++) { s += i % 7; } return s; }",
    js: "(() => { let s = 0; for (let i = 0; i < 10000; i++) s += i % 7; return s; })()",
    cel: null,
    jexl: null,
    filtrex: null,
    jsonata: null,
  },
];

/** A sample of what real documents hold, for the time that compiling takes; `--corpus FILE` takes {"expr"} lines instead. */
export const sample = [
  "@(context.Request.IpAddress)",
  '@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Subject)',
  '@((string)context.Variables["token"])',
  '@("Bearer " + (string)context.Variables["token"])',
  '@(((IResponse)context.Variables["response"]).Body.As<JObject>()["access_token"].ToString())',
  '@(context.Response.StatusCode == 200 && context.Variables.ContainsKey("cached"))',
  "@(context.RequestId.ToString())",
  '@(context.Request.OriginalUrl.Query.GetValueOrDefault("page", "1"))',
  '@(DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"))',
  '@{ var body = context.Request.Body.As<JObject>(preserveContent: true); body.Property("secret")?.Remove(); return body.ToString(); }',
  '@(new JObject(new JProperty("error", context.LastError.Message), new JProperty("source", context.LastError.Source)).ToString())',
  "@{ var parts = context.Request.Url.Path.Split('/'); return parts.Length > 2 ? parts[1] : \"none\"; }",
  "@(context.Subscription?.Id ?? context.Request.IpAddress)",
  '@(string.Join(",", context.User.Groups.Select(g => g.Name)))',
  '@(Convert.ToBase64String(Encoding.UTF8.GetBytes("user:password")))',
];
