// `npm start`: installs, builds and runs the sample gateway on real requests, with everything it needs embedded.
import { installAndBuild, root, run } from "./pnpm.mjs";

installAndBuild();
run(process.execPath, `${root}/sample/start.mjs`, ...process.argv.slice(2));
