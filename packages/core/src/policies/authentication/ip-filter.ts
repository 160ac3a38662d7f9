import { expressionError, policyError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { child, many, text, valueChild } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { textValue } from "../text.js";
import { contains, type IpRange, joinRanges, parseIp, parseRange } from "./ip-ranges.js";
import { authenticationProblems } from "./problems.js";

const isAction = (action: string): boolean => action === "allow" || action === "forbid";

const forbidden = { status: 403, toCaller: "Forbidden" } as const;

const callerUnknown = policyError({
  ...forbidden,
  when: "the caller's address cannot be read",
  reason: "FailedToParseCallerIP",
  message: "Failed to establish IP address for the caller. Access denied.",
});

const callerNotAllowed = policyError({
  ...forbidden,
  when: "action allow, and the caller is not listed",
  reason: "CallerIpNotAllowed",
  message: "Caller IP address {address} is not allowed. Access denied.",
});

const callerBlocked = policyError({
  ...forbidden,
  when: "action forbid, and the caller is listed",
  reason: "CallerIpBlocked",
  message: "Caller IP address is blocked. Access denied.",
});

const actionUnknown = expressionError("an expression gives an action that is none", "'{action}' is neither allow nor forbid.");

const rangeInvalid = expressionError("an expression gives an address or range that is none", "{what}");

/** The policy ip-filter. */
export const ipFilter = definePolicy({
  name: "ip-filter",
  category: "authentication",
  summary: "Lets calls through, or turns them away, by the address they come from.",
  remarks: [
    "Lets callers through, or turns them away, by the address of the connection's other end; behind proxies by the one that a trusted proxy names, if the adapter is told which are trusted (`trustedProxies`, none by default).",
  ],
  readings: [
    "refusals are 403",
    "an address that cannot be read is refused under both actions",
    "ranges that run backwards or mix families and addresses that do not parse fail the load, or the request where an expression gives them",
    "a computed action may be in any letter case",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    action: text({
      required: true,
      expressions: true,
      check: (action) => (isAction(action.trim().toLowerCase()) ? null : `"${action}" is neither allow nor forbid.`),
      notes: "allow: only listed callers pass; forbid: listed callers are refused.",
    }),
  },
  children: {
    address: valueChild({ max: many, empty: "refused", notes: "One IP address." }),
    "address-range": child({
      max: many,
      attributes: {
        from: text({ required: true, expressions: true, notes: "The first address of the range." }),
        to: text({ required: true, expressions: true, notes: "The last address of the range." }),
      },
      notes: "A range of addresses, both ends included.",
    }),
  },
  errors: [callerUnknown, callerNotAllowed, callerBlocked, actionUnknown, rangeInvalid],
  compile(element, compiler) {
    const { action } = element.attributes;
    const fixed: IpRange[] = [];
    const computed: ((exchange: Exchange) => IpRange | string)[] = [];
    for (const listed of element.children.address) {
      const address = textValue(listed.text);
      const range = (text: string): IpRange | string => parseRange(text, text);
      if (address.literal === undefined) computed.push((exchange) => range(address.get(exchange) ?? ""));
      else add(range(address.literal), listed.place);
    }
    for (const { attributes, place } of element.children["address-range"]) {
      const { from, to } = attributes;
      if (from.literal === undefined || to.literal === undefined)
        computed.push((exchange) => parseRange(from.get(exchange), to.get(exchange)));
      else add(parseRange(from.literal, to.literal), place);
    }
    function add(range: IpRange | string, place: typeof element.place): void {
      if (typeof range !== "string") fixed.push(range);
      else if (!range.includes("{{")) compiler.report(authenticationProblems.rangeInvalid(range), place);
    }
    if (element.elements.length === 0) compiler.report(authenticationProblems.addressMissing());
    const ranges = joinRanges(fixed);

    return (exchange) => {
      const wanted = action.get(exchange).trim().toLowerCase();
      if (!isAction(wanted)) throw actionUnknown.error({ action: wanted });
      const { ipAddress } = exchange.request;
      const address = parseIp(ipAddress);
      if (address === null) throw callerUnknown.error();
      let isListed = contains(ranges, address);
      for (const rangeOf of computed) {
        const range = rangeOf(exchange);
        if (typeof range === "string") throw rangeInvalid.error({ what: range });
        isListed ||= address >= range.from && address <= range.to;
      }
      if (wanted === "allow" && !isListed) throw callerNotAllowed.error({ address: ipAddress });
      if (wanted === "forbid" && isListed) throw callerBlocked.error();
      return "continue";
    };
  },
});
