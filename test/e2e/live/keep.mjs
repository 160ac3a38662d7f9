// Keeps one configuration after another as the last good one, until it is killed. Prints the number of each that is on disk.
import { createLiveGateway } from "@turnpike/core";

const file = process.argv[2];
let n = Number(process.argv[3]);
// Long enough that a writing takes its time.
const padding = "x".repeat(400_000);

const configuration = () => ({
  fragments: { padding: `<fragment><!-- ${padding} --></fragment>` },
  apis: {
    api: {
      path: "api",
      subscriptionRequired: false,
      operations: { all: { method: "GET", urlTemplate: "/*" } },
      policy: `<policies><inbound><return-response><set-status code="200" reason="OK" /><set-body>${n}</set-body></return-response></inbound></policies>`,
    },
  },
});

const source = { name: "numbers", read: async () => configuration() };
for (;;) {
  // A gateway that has been closed has written what it had in force.
  const live = await createLiveGateway(source, { lastGood: { file }, interval: Number.POSITIVE_INFINITY });
  for (let times = 0; times < 3; times++) {
    n++;
    await live.look();
  }
  await live.close();
  process.stdout.write(`${n}\n`);
}
