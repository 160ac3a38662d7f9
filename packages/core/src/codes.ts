/**
 * Every code that a diagnostic about a document or configuration may carry, with one line that says what it means.
 * `docs/reference/errors.md` lists them; a test holds the two together. The C# compiler's own codes (`CSnnnn`) come through as they are.
 */
export const codes = {
  // XML
  TP0101: "The document is larger than what is taken.",
  TP0102: "A tag is not well-formed.",
  TP0103: "An element is not closed.",
  TP0104: "An end tag closes nothing.",
  TP0105: "Text stands outside of any element, or the document holds no element.",
  TP0106: "A comment, CDATA section or processing instruction is not closed.",
  TP0107: "An attribute is not well-formed.",
  TP0108: "Elements are nested too deep, or one has too many attributes.",
  TP0109: "An attribute is there twice.",
  TP0110: "An expression has no closing bracket.",
  TP0111: "A policy document cannot have a DOCTYPE.",
  TP0112: "A value mixes text and an expression, and is taken as text.",
  TP0113: "An entity that XML does not know.",
  TP0114: "A bare ampersand in text.",
  TP0115: "The document has more than one root, or an unknown one.",
  TP0116: "The XML parser refuses the document.",
  // Policies
  TP2001: "Turnpike does not have this policy of API Management yet.",
  TP2002: "There is no such policy.",
  TP2003: "The policy may not stand in this section.",
  TP2004: "The policy may not stand in this scope.",
  TP2005: "Something other than a section stands below <policies>, or a section is there twice.",
  TP2006: "The element has no such attribute.",
  TP2007: "A required attribute is missing.",
  TP2008: "An attribute or text has a value that it cannot have.",
  TP2009: "An expression stands where none is evaluated.",
  TP2010: "The element has no such child.",
  TP2011: "A child is missing, or there more often than it may be.",
  TP2012: "Text stands where there may be none.",
  TP2013: "A named value does not exist.",
  TP2014: "A fragment does not exist.",
  TP2015: "A fragment holds what no fragment may hold, or includes another one.",
  TP2016: "<base /> stands where it cannot.",
  TP2017: "<base /> at global scope has no effect.",
  TP2018: "The backend section holds more than one policy.",
  TP2020: "An expression reads a variable that no policy of the configuration sets.",
  TP2021: "A policy could not be compiled.",
  TP2022: "Attributes that exclude each other are both there.",
  TP2023: "The policy has no effect on the handshake of a WebSocket API.",
  // Single policies
  TP2101: "The policy needs one of several attributes or children, and has none of them.",
  TP2102: "Attributes or children are there that exclude one another.",
  TP2103: "The policy changes a header that cannot be changed.",
  TP2104: "The policy has a setting that Turnpike does not act on.",
  TP2105: "The Liquid template is not valid.",
  TP2106: "A key is too short to be safe, or cannot be used.",
  TP2107: "A schema is missing, not valid, or of a kind that cannot be used here.",
  TP2108: "The policy needs a package that is not installed.",
  TP2109: "The policy counts for one of several workers alone.",
  // Configuration
  TP3001: "A file that the configuration names cannot be read.",
  TP3002: "The configuration names something that does not exist.",
  TP3003: "Two APIs answer at the same place.",
  TP3004: "An operation's URL template or method is not valid.",
  TP3005: "A value in the configuration is not valid.",
  TP3006: "A named value has no value, more than one, or its environment variable is not set or empty.",
  TP3007: "A subscription key is used twice or is not acceptable.",
  TP3009: "The configuration uses what Turnpike does not support yet.",
  TP3010: "An OpenAPI document is not valid, or larger than what is taken.",
  TP3011: "A value could not be read from its file or looked up in its vault.",
  // YAML and test files
  TP4001: "The file is not YAML or JSON.",
  TP4002: "The file has a key or value that it cannot have.",
} as const;

/** A code of {@link codes}. */
export type Code = keyof typeof codes;
