/**
 * A running API Management instance as a gateway's configuration, read through Azure Resource Manager.
 *
 *     const live = await createLiveGateway(armSource({ subscription, resourceGroup, service }));
 */
export type { ArmArtifacts } from "./artifacts.js";
export { type ArmService, isArmAddress, parseArmAddress } from "./service.js";
export { type ArmSourceOptions, armSource, loadArm, pullArm } from "./source.js";
