import { version } from "../version.js";

/** The files of a new project, by their paths in it. */
export function projectFiles(): Readonly<Record<string, string>> {
  return {
    "gateway.yaml": `# What the gateway serves. Every key: docs/reference/configuration.md of Turnpike.
apis:
  hello:
    path: hello
    subscriptionRequired: false
    serviceUrl: https://backend.example
    policy: { file: ./policies/hello.xml }
    operations:
      greet: { method: GET, urlTemplate: "/{name}" }
`,
    "policies/hello.xml": `<policies>
  <inbound>
    <base />
    <rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Request.IpAddress)" />
    <!-- Answers here. Take this element away, and requests go to the API's serviceUrl. -->
    <return-response>
      <set-status code="200" reason="OK" />
      <set-header name="Content-Type" exists-action="override">
        <value>application/json</value>
      </set-header>
      <set-body>@(new JObject(new JProperty("hello", context.Request.MatchedParameters["name"])).ToString())</set-body>
    </return-response>
  </inbound>
  <backend>
    <base />
  </backend>
  <outbound>
    <base />
  </outbound>
  <on-error>
    <base />
  </on-error>
</policies>
`,
    "tests/hello.policy-test.yaml": `gateway: ../gateway.yaml
tests:
  - name: a caller is greeted by name
    request: { method: GET, url: https://api.example/hello/Ada }
    expect: { status: 200, body: { json: { hello: Ada } } }

  - name: the eleventh call within a minute waits
    steps:
      - { request: { method: GET, url: https://api.example/hello/Ada }, repeat: 10, expect: { status: 200 } }
      - { request: { method: GET, url: https://api.example/hello/Ada }, expect: { status: 429 } }
      - { after: 60s, request: { method: GET, url: https://api.example/hello/Ada }, expect: { status: 200 } }
`,
    ".github/workflows/policies.yaml": `name: policies
on: { pull_request: {}, push: { branches: [main] } }
permissions: { contents: read }
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npm install --no-save @turnpike/adapters@${version()}
      - run: npx turnpike gate gateway.yaml --require-tests
`,
  };
}
