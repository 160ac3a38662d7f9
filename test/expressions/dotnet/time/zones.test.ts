import { describe, expect, test } from "vitest";
import { windowsZones } from "#expressions/dotnet/time/zones/windows-zones.js";
import { evaluate, exceptionOf } from "../csharp-table.js";

const zone = (id: string) => `TimeZoneInfo.FindSystemTimeZoneById("${id}")`;

describe("time zones by Windows id and by the name in the IANA database", () => {
  test.each([
    [
      `TimeZoneInfo.ConvertTimeFromUtc(new DateTime(2024, 7, 1, 12, 0, 0), ${zone("Eastern Standard Time")})`,
      "2024-07-01T08:00:00.0000000",
    ],
    [
      `TimeZoneInfo.ConvertTimeFromUtc(new DateTime(2024, 1, 1, 12, 0, 0), ${zone("America/New_York")})`,
      "2024-01-01T07:00:00.0000000",
    ],
    [
      `TimeZoneInfo.ConvertTimeToUtc(new DateTime(2024, 7, 1, 12, 0, 0), ${zone("India Standard Time")})`,
      "2024-07-01T06:30:00.0000000Z",
    ],
    [
      `TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(0), ${zone("Tokyo Standard Time")})`,
      "1970-01-01T09:00:00.0000000+09:00",
    ],
    [
      `TimeZoneInfo.ConvertTime(new DateTime(2024, 7, 1), ${zone("Asia/Tokyo")}, ${zone("Europe/London")})`,
      "2024-06-30T16:00:00.0000000",
    ],
    [
      `TimeZoneInfo.ConvertTimeBySystemTimeZoneId(new DateTime(2024, 7, 1), "UTC", "W. Europe Standard Time")`,
      "2024-07-01T02:00:00.0000000",
    ],
    [`${zone("Romance Standard Time")}.GetUtcOffset(new DateTime(2024, 10, 27, 2, 30, 0))`, "01:00:00"],
    [`${zone("Romance Standard Time")}.IsAmbiguousTime(new DateTime(2024, 10, 27, 2, 30, 0))`, "True"],
    [`${zone("Romance Standard Time")}.IsAmbiguousTime(new DateTime(2024, 10, 27, 3, 0, 0))`, "False"],
    [
      `string.Join("|", ${zone("Romance Standard Time")}.GetAmbiguousTimeOffsets(new DateTime(2024, 10, 27, 2, 30, 0)))`,
      "01:00:00|02:00:00",
    ],
    [`${zone("Romance Standard Time")}.IsInvalidTime(new DateTime(2024, 3, 31, 2, 30, 0))`, "True"],
    [`${zone("AUS Eastern Standard Time")}.IsDaylightSavingTime(new DateTime(2024, 1, 15))`, "True"],
    [`${zone("Nepal Standard Time")}.BaseUtcOffset`, "05:45:00"],
    [`${zone("Romance Standard Time")}.DisplayName`, "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris"],
    [`${zone("Romance Standard Time")}.DaylightName`, "Romance Daylight Time"],
    [`${zone("romance standard time")}.Id`, "Romance Standard Time"],
    [`${zone("UTC")} == TimeZoneInfo.Utc`, "True"],
    ["TimeZoneInfo.Local.Id", "UTC"],
    [`${zone("Tokyo Standard Time")}.SupportsDaylightSavingTime`, "False"],
    [`${zone("Pacific Standard Time")}.GetAdjustmentRules()[0].DaylightTransitionStart.Month`, "3"],
    [`${zone("Pacific Standard Time")}.GetAdjustmentRules()[0].DaylightTransitionEnd.Week`, "1"],
    [
      `TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(1), "d", "s", "l", ${zone("Romance Standard Time")}.GetAdjustmentRules()).GetUtcOffset(new DateTime(2030, 7, 1))`,
      "02:00:00",
    ],
    ["TimeZone.CurrentTimeZone.GetUtcOffset(DateTime.Now)", "00:00:00"],
  ])("%s", (source, value) => {
    expect(evaluate(`@(${source})`)).toBe(value);
  });

  test.each([
    [zone("Nowhere/Land"), "System.TimeZoneNotFoundException"],
    [zone("__proto__"), "System.TimeZoneNotFoundException"],
    ["TimeZoneInfo.FindSystemTimeZoneById(null)", "System.ArgumentNullException"],
    [`TimeZoneInfo.ConvertTimeToUtc(new DateTime(2024, 3, 31, 2, 30, 0), ${zone("Europe/Paris")})`, "System.ArgumentException"],
    [`TimeZoneInfo.ConvertTimeToUtc(DateTime.UtcNow, ${zone("Europe/Paris")})`, "System.ArgumentException"],
  ])("%s", (source, exception) => {
    expect(exceptionOf(`@(${source})`)).toBe(exception);
  });

  test("every zone of Windows is known to the platform", () => {
    for (const [id, iana] of windowsZones) expect(() => new Intl.DateTimeFormat("en-US", { timeZone: iana }), id).not.toThrow();
  });
});
