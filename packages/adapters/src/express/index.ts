/**
 * Mounts a gateway in Express, 4.21 and later.
 *
 *     app.use(turnpike(gateway));                               // the gateway answers
 *     app.use(turnpike(gateway, { mode: "middleware" }));       // the routes below are its backend
 */
export { outcomeOf, type RequestOutcome } from "../host/outcome.js";
export { keepRawBody } from "../host/parsed-body.js";
export { turnpikeErrors } from "./errors.js";
export { type ExpressHandler, type ExpressOptions, type ExpressRequest, turnpike } from "./middleware.js";
