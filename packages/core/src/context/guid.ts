import { Guid, NetException, parseGuid } from "@turnpike/expressions/values";

/** The Guid of a request's id. An id that is no GUID, which only a host can hand in, shows as the empty one. */
export function guidOf(text: string): Guid {
  const guid = parseGuid(text);
  return guid instanceof NetException ? Guid.empty : guid;
}
