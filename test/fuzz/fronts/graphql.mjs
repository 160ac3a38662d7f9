import { holds } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";
import { world } from "../engine/world.mjs";

const schema = `type Query { a(x: Int, y: [String!], z: In): A b: String c: [A] u: U } type Mutation { m(x: Int!): A } type Subscription { s: A }
type A implements N { id: ID! name(first: Int = 1): String a: A } interface N { id: ID! } union U = A | B type B { b: Int } enum E { ONE TWO } input In { e: E i: In } directive @d(x: Int) on FIELD`;

/** GraphQL requests. Only what can be parsed goes on, and introspection never does where it is forbidden. */
export const front = {
  tokens:
    'query mutation subscription fragment on { } ( ) [ ] : ! $ @ ... = | & """ # a b c u m id name __schema __type(name:"A") __typename @include(if:true) @skip(if:$v) @d(x:1) $v:Int x:1 y:["s"] z:{e:ONE} ...F fragment F on A{id} {"query":"{b}"} "variables":{} "operationName":null \\n \\u0000'.split(
      " ",
    ),
  seeds: () => [
    "{ b }",
    'query Q($v: Int = 1) { a(x: $v, y: ["s"], z: { e: ONE }) { id ...F } } fragment F on A { name(first: 2) a { id } }',
    "mutation { m(x: 1) { id } }",
    "{ u { ... on A { id } ... on B { b } __typename } }",
    "{ __schema { types { name } } }",
    "{ b @include(if: true) c { name } }",
    ...some(quotedIn("test/core/policies", "graphql-request.test.ts", /\{/), 120),
    ...some(quotedIn("test/core/hostile", "bodies.test.ts", /^\{ /), 60),
  ],
  async open() {
    const { send } = await world({
      sections: {
        inbound: `<validate-graphql-request error-variable-name="e" max-size="65536" max-depth="6"><authorize><rule path="/__*" action="reject" /><rule path="/Mutation/m" action="reject" /></authorize></validate-graphql-request>`,
      },
      configuration: { schemas: { graphql: schema } },
    });
    return {
      async run(bytes) {
        const text = bytes.toString("utf8");
        const body = text.startsWith('{"') ? text : JSON.stringify({ query: text });
        const { status, sent } = await send(
          { method: "POST", headers: [["Content-Type", "application/json"]], body: Buffer.from(body) },
          text,
        );
        holds([200, 400].includes(status), "status", `${status} for a GraphQL request`);
        if (sent.length > 0) {
          const forwarded = Buffer.from(sent[0].body ?? "").toString();
          holds(!/"query":"\s*\{\s*__schema/.test(forwarded), "open", `introspection has passed: ${forwarded.slice(0, 200)}`);
        }
      },
    };
  },
};
