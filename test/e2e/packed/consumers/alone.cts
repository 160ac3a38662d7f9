// CommonJS, which loads the modules by require.
import core = require("@turnpike/core");
import node = require("@turnpike/adapters/node");

export async function listener(): Promise<import("node:http").RequestListener> {
  return node.turnpike(await core.createGateway({ apis: {} }));
}
