import { describe, expect, test } from "vitest";
import {
  JArray,
  JObject,
  type JProperty,
  type JToken,
  JValue,
  jtokenOf,
  parseJson,
  writeJson,
} from "#expressions/dotnet/newtonsoft/index.js";
import { NetException } from "#expressions/index.js";

const compact = (token: JToken) => writeJson(token, false, null);

/** The message of what reading a text throws. */
function failure(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof NetException) return `${error.typeName}: ${error.message}`;
    throw error;
  }
  throw new Error("It was read.");
}

describe("tokens in a host's hands", () => {
  test("text becomes tokens and back", () => {
    const text = '{"a":[1,-2.5,"x\\n",true,null],"b":{"c":"2024-01-02T03:04:05Z"}}';
    expect(compact(parseJson(text))).toBe(text);
  });

  test("dates may stay text", () => {
    const token = parseJson('["2024-01-02T03:04:05+02:00"]', null, { dates: false });
    expect(compact(token)).toBe('["2024-01-02T03:04:05+02:00"]');
  });

  test("integers of any size keep their digits", () => {
    const text = "[9007199254740993,-9223372036854775808,123456789012345678901234567890]";
    expect(compact(parseJson(text))).toBe(text);
  });

  test("objects are indexed as they grow and shrink", () => {
    const object = new JObject();
    for (let i = 0; i < 100; i++) object.put(`n${i}`, JValue.ofLong(i), null);
    for (let i = 0; i < 100; i += 2) object.remove(`n${i}`);
    object.put("n1", jtokenOf("changed"), null);
    expect(object.count).toBe(50);
    expect(object.get("n0")).toBeNull();
    expect(object.get("n1")?.toText()).toBe("changed");
    expect(object.property("n99")?.index).toBe(49);
  });

  test("a token that stands somewhere is copied when it is put elsewhere", () => {
    const array = parseJson("[{'a':1}]") as JArray;
    const other = new JArray();
    other.append(array.at(0), null);
    expect(other.at(0)).not.toBe(array.at(0));
    expect(other.at(0).parent).toBe(other);
    expect(array.at(0).parent).toBe(array);
  });

  test("a tree does not become part of itself", () => {
    const array = new JArray();
    array.append(new JArray(), null);
    array.append(array, null);
    expect(compact(array)).toBe("[[],[[]]]");
  });

  test("neighbours are found after changes before them", () => {
    const array = parseJson("[1,2,3,4]") as JArray;
    const third = array.at(2);
    array.insertAt(0, JValue.ofLong(0), null);
    expect(third.index).toBe(3);
    array.removeAt(1);
    expect([third.previous?.toText(), third.next?.toText()]).toEqual(["2", "4"]);
  });

  test("names such as __proto__ are data", () => {
    const object = parseJson('{"__proto__":{"x":1},"hasOwnProperty":2}') as JObject;
    expect(object.children.map((property) => (property as JProperty).name)).toEqual(["__proto__", "hasOwnProperty"]);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe("what is wrong with a text, and where", () => {
  test.each([
    ['{"a" 1}', "Invalid character after parsing property name. Expected ':' but got: 1. Path '', line 1, position 5."],
    ['{"a":[1,\n 2 3]}', "After parsing a value an unexpected character was encountered: 3. Path 'a[1]', line 2, position 3."],
    ['{"a b":{"c":x}}', "Unexpected character encountered while parsing value: x. Path '['a b'].c', line 1, position 12."],
    ["[1] 2", "Additional text encountered after finished reading JSON content: 2. Path '', line 1, position 4."],
    ['"abc', "Unterminated string. Expected delimiter: \". Path '', line 1, position 4."],
    ["[1", "Unexpected end of content while loading JArray. Path '[0]', line 1, position 2."],
    ["/* never ends", "Unexpected end while parsing comment. Path '', line 1, position 0."],
  ])("%s", (text, message) => {
    expect(failure(text)).toBe(`Newtonsoft.Json.JsonReaderException: ${message}`);
  });
});
