// Says which names of API Management's reference Turnpike does not know: elements and attributes, members of the context, types, entities.
// node test/conformance/report.mjs (after a build); exit code 1 if there are any.
import { unknownNames } from "../../scripts/parity.mjs";

let count = 0;
for (const [kind, names] of Object.entries(unknownNames())) {
  console.log(`unknown ${kind}: ${names.length}`);
  for (const name of names) console.log(`  ${name}`);
  count += names.length;
}
process.exitCode = count === 0 ? 0 : 1;
