export { Authorization } from "./authorization.js";
export { BasicAuthCredentials, parseBasic } from "./basic.js";
export { createContext } from "./context.js";
export { createFixtureContext, type Fixture, FixtureError, fixtureSource } from "./fixture.js";
export { Jwt, jwtOf, parseJwt } from "./jwt.js";
export { type BodiesRead, bodiesRead } from "./needs.js";
export type { ContextSource } from "./source.js";
export { contextGlobals, contextTypes } from "./types.js";
export { ResponseView } from "./views.js";
