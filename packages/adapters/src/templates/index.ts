/**
 * The resources of API Management that a template deploys, as a gateway's configuration.
 *
 *     const gateway = await createGateway(loadTemplate("azuredeploy.json"), { lenient: true });
 */
export { isTemplate, loadTemplate, type TemplateOptions } from "./read.js";
