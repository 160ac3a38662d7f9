/**
 * A folder that the APIOps extractor has written, as a gateway's configuration.
 *
 *     const gateway = await createGateway(loadApiOps("apimartifacts", { environment: "prod" }));
 */
export { type ApiOpsOptions, isApiOpsFolder, loadApiOps } from "./load.js";
