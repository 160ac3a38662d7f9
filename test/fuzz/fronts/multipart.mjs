import { holds } from "../engine/finding.mjs";
import { quotedIn, some } from "../engine/seeds.mjs";
import { world } from "../engine/world.mjs";

const schema = JSON.stringify({
  type: "object",
  required: ["id"],
  properties: {
    id: { type: "integer" },
    name: { type: "string", maxLength: 5 },
    part: { type: "object" },
    all: { type: "array" },
  },
});

/** Multipart forms, whose boundary is B, held against a schema; beside what the platform's own reader finds. */
export const front = {
  tokens: [
    "--B",
    "--B--",
    "\r\n",
    "\r\n\r\n",
    "\n",
    'Content-Disposition: form-data; name="id"',
    '; filename="x"',
    "; filename*=utf-8''x",
    "Content-Type: application/json",
    "Content-Transfer-Encoding: base64",
    "name=id",
    'name="part"',
    'name="all"',
    '{"a":1}',
    "1",
    "__proto__",
    '\\"',
  ],
  seeds: () => [
    '--B\r\nContent-Disposition: form-data; name="id"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name="name"\r\n\r\nabc\r\n--B--\r\n',
    '--B\r\nContent-Disposition: form-data; name="id"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n1\r\n--B--',
    '--B\r\nContent-Disposition: form-data; name="part"\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n--B--',
    ...some(quotedIn("test/core/hostile", "bodies.test.ts", /--B/), 20),
  ],
  async open() {
    const { send } = await world({
      sections: {
        inbound: `<validate-content unspecified-content-type-action="prevent" max-size="1048576" size-exceeded-action="prevent"><content validate-as="json" action="prevent" /></validate-content>`,
      },
      api: {
        operations: {
          post: {
            method: "POST",
            urlTemplate: "/x",
            request: {
              representations: [{ contentType: "multipart/form-data", schemaId: undefined, schema: JSON.parse(schema) }],
            },
          },
        },
      },
    });
    const headers = [["Content-Type", "multipart/form-data; boundary=B"]];
    return {
      async run(bytes) {
        const text = bytes.toString("latin1");
        const { status, exchange } = await send({ method: "POST", headers, body: bytes }, text);
        holds([200, 400, 413].includes(status), "status", `${status}: ${exchange.lastError?.message}`);
        if (status !== 200) return;
        // What was let through holds an integer by the plain reading too: else a backend would see another form than was judged.
        let form;
        try {
          form = await new Response(bytes, { headers }).formData();
        } catch {
          return;
        }
        const id = form.get("id");
        const written = typeof id === "string" ? id : await id?.text();
        holds(
          /^\s*-?\d+(?:\.0*)?(?:e\+?\d+)?\s*$/i.test(written ?? ""),
          "differs",
          `a form with the id ${JSON.stringify(written)} has passed`,
        );
      },
    };
  },
};
