import { HttpError } from "./http-error.ts";

/**
 * Writes a date as HTTP does (IMF-fixdate, RFC 9110, 5.6.7), in whole seconds.
 *
 * @throws HttpError 500 `E_DATE_INVALID` for an invalid date, or one outside the years 0 to 9999
 * @example
 * formatHttpDate(new Date(784111777000)); // "Sun, 06 Nov 1994 08:49:37 GMT"
 */
export function formatHttpDate(date: Date): string {
  const year = date.getUTCFullYear();
  if (year >= 0 && year <= 9999) return date.toUTCString(); // ECMA-262 gives it just this form
  throw new HttpError(
    500,
    "E_DATE_INVALID",
    `A date must be valid and between the years 0 and 9999 to be sent (got ${String(date)}).`,
  );
}

/**
 * Reads a date as HTTP writes it, in today's form and the two obsolete ones (RFC 9110, 5.6.7); `null` for all else.
 *
 * @param now milliseconds of the present time; years of two digits are no more than 50 years after it. Default: the clock's.
 * @example
 * parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT")?.getTime(); // 784111777000
 */
export function parseHttpDate(text: string, now: number = Date.now()): Date | null {
  const match = IMF_FIXDATE.exec(text) ?? ASCTIME.exec(text);
  if (match !== null) return toDate(match, Number(match.groups?.["year"]));
  const old = RFC_850.exec(text);
  return old === null ? null : withShortYear(old, now);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = "(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)";
const DAY_NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_DAY_NAME = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";

// "Sun, 06 Nov 1994 08:49:37 GMT"
const IMF_FIXDATE = new RegExp(`^${DAY_NAME}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`);
// "Sun Nov  6 08:49:37 1994"
const ASCTIME = new RegExp(`^${DAY_NAME} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`);
// "Sunday, 06-Nov-94 08:49:37 GMT"
const RFC_850 = new RegExp(`^${LONG_DAY_NAME}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`);

function toDate(match: RegExpExecArray, year: number): Date | null {
  const { day, month = "", hour, minute, second } = match.groups ?? {};
  const date = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for those of the last century.
  date.setUTCFullYear(year, MONTHS.indexOf(month), Number(day));
  if (date.getUTCDate() !== Number(day)) return null; // e.g. 30 February
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  return date;
}

/** "A timestamp that appears to be more than 50 years in the future" is of the past (RFC 9110, 5.6.7). */
function withShortYear(match: RegExpExecArray, now: number): Date | null {
  const latest = new Date(now);
  latest.setUTCFullYear(latest.getUTCFullYear() + 50);
  const short = Number(match.groups?.["year"]);
  const year = latest.getUTCFullYear() - ((latest.getUTCFullYear() - short) % 100);
  const date = toDate(match, year);
  return date !== null && date > latest ? toDate(match, year - 100) : date;
}
