import { NetException, toText } from "@turnpike/expressions";
import { type Decimal, NumberStyles, parseDecimal, raise } from "@turnpike/expressions/values";
import { plainText } from "../numbers.js";
import { any, type Filter, filter2, text } from "./filter.js";
import { isBlank } from "./text.js";

/** The currency of each region that a culture may name; the other regions of Europe have the euro. */
const REGIONS = [
  "AE AED AF AFN AL ALL AM AMD AR ARS AU AUD AZ AZN BA BAM BD BDT BG BGN BH BHD BN BND BO BOB BR BRL BY BYN BZ BZD CA CAD CH CHF CL CLP CN CNY",
  "CO COP CR CRC CZ CZK DK DKK DO DOP DZ DZD EG EGP ET ETB FO DKK GB GBP GE GEL GL DKK GT GTQ HK HKD HN HNL HU HUF ID IDR IL ILS IN INR IQ IQD",
  "IR IRR IS ISK JM JMD JO JOD JP JPY KE KES KG KGS KH KHR KR KRW KW KWD KZ KZT LA LAK LB LBP LI CHF LK LKR LY LYD MA MAD MK MKD MN MNT MO MOP",
  "MV MVR MX MXN MY MYR NG NGN NI NIO NO NOK NP NPR NZ NZD OM OMR PA PAB PE PEN PH PHP PK PKR PL PLN PR USD PY PYG QA QAR RO RON RS RSD RU RUB",
  "RW RWF SA SAR SE SEK SG SGD SN XOF SV USD SY SYP TH THB TJ TJS TM TMT TN TND TR TRY TT TTD TW TWD UA UAH US USD UY UYU UZ UZS VE VES VN VND",
  "YE YER ZA ZAR ZW USD",
].join(" ");

const CURRENCIES: ReadonlyMap<string, string> = new Map(
  Array.from(REGIONS.matchAll(/([A-Z]{2}) ([A-Z]{3})/g), (match) => [match[1]!, match[2]!] as const),
);

/** Formatters by culture; few are ever asked for, and a template may ask for any. */
const formatters = new Map<string, Intl.NumberFormat>();
const MOST_FORMATTERS = 100;

function formatterOf(culture: string): Intl.NumberFormat {
  const known = formatters.get(culture);
  if (known !== undefined) return known;
  if (!isCulture(culture))
    throw new NetException(
      "System.Globalization.CultureNotFoundException",
      `Culture is not supported.\nParameter name: name\n${culture.slice(0, LONGEST_NAME)} is an invalid culture identifier.`,
    );
  const region = new Intl.Locale(culture).maximize().region ?? "";
  const made = new Intl.NumberFormat(culture, {
    style: "currency",
    currency: CURRENCIES.get(region) ?? "EUR",
    // .NET Framework writes negative amounts of the United States in brackets.
    currencySign: culture.toLowerCase() === "en-us" ? "accounting" : "standard",
  });
  if (formatters.size >= MOST_FORMATTERS) formatters.clear();
  formatters.set(culture, made);
  return made;
}

/** No culture of .NET has a longer name. */
const LONGEST_NAME = 85;

function isCulture(name: string): boolean {
  if (name.length > LONGEST_NAME) return false;
  try {
    return Intl.NumberFormat.supportedLocalesOf(name).length > 0;
  } catch {
    return false;
  }
}

function isNumeric(text: string): text is `${number}` {
  return /^-?\d+(?:\.\d+)?$/.test(text);
}

/** With .NET Framework's plain blanks. Digits are handed over as text, as a number could not hold them all. */
function written(amount: Decimal, culture: string): string {
  const digits = toText(amount);
  return isNumeric(digits)
    ? formatterOf(culture)
        .format(digits)
        .replace(/[\u00a0\u202f]/g, " ")
    : digits;
}

/** An amount in the culture's currency; without a culture in the invariant one. What is no number stays as text. */
function currency(_r: unknown, input: unknown, culture: string | null): unknown {
  if (input === null) throw raise.nullReference();
  const value = plainText(input);
  const amount = parseDecimal(value, NumberStyles.Number);
  if (amount instanceof NetException) return value;
  return culture === null || isBlank(culture) ? amount.toFormat("C") : written(amount, culture.trim());
}

/** Filters for amounts of money. */
export const currencyFilters: Readonly<Record<string, Filter>> = {
  Currency: filter2(any("input"), text("cultureInfo", ""), currency),
};
