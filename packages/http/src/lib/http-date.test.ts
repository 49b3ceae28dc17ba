import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { formatHttpDate, parseHttpDate } from "./http-date.ts";

// The example of RFC 9110, 5.6.7, in its three forms.
const EXAMPLE = 784_111_777_000;
const NOW = Date.UTC(2026, 0, 1);

test("dates are written as IMF-fixdate", () => {
  assert.equal(formatHttpDate(new Date(EXAMPLE)), "Sun, 06 Nov 1994 08:49:37 GMT");
  assert.equal(formatHttpDate(new Date(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
  assert.equal(formatHttpDate(new Date(999)), "Thu, 01 Jan 1970 00:00:00 GMT");
});

test("what has no form is refused", () => {
  for (const time of [Number.NaN, Date.UTC(10_000, 0), -70_000_000_000_000]) {
    assert.throws(() => formatHttpDate(new Date(time)), { code: "E_DATE_INVALID", status: 500 });
  }
});

test("the three forms are read", () => {
  for (const text of [
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
  ]) {
    assert.equal(parseHttpDate(text, NOW)?.getTime(), EXAMPLE, text);
  }
  assert.equal(parseHttpDate("Wed Nov 16 08:49:37 1994")?.getTime(), EXAMPLE + 10 * 86_400_000);
});

test("every second of the years 0 to 9999 comes back", () => {
  const seconds = fc.integer({ min: -62_167_219_200, max: 253_402_300_799 });
  fc.assert(
    fc.property(seconds, (second) => {
      const date = new Date(second * 1000);
      const text = formatHttpDate(date);
      assert.match(text, /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/);
      assert.equal(parseHttpDate(text)?.getTime(), date.getTime());
    }),
  );
});

test("a leap second is the next minute", () => {
  assert.equal(parseHttpDate("Sat, 31 Dec 2016 23:59:60 GMT")?.getTime(), Date.UTC(2017, 0, 1));
});

test("leap days are days of leap years", () => {
  assert.equal(parseHttpDate("Thu, 29 Feb 2024 00:00:00 GMT")?.getTime(), Date.UTC(2024, 1, 29));
  assert.equal(parseHttpDate("Wed, 29 Feb 2023 00:00:00 GMT"), null);
  assert.equal(parseHttpDate("Mon, 29 Feb 2100 00:00:00 GMT"), null);
});

suite("years of two digits", () => {
  const year = (short: string, now: number): number | undefined =>
    parseHttpDate(`Sunday, 06-Nov-${short} 08:49:37 GMT`, now)?.getUTCFullYear();

  test("are at most 50 years ahead", () => {
    assert.equal(year("94", NOW), 1994);
    assert.equal(year("26", NOW), 2026);
    assert.equal(year("75", NOW), 2075);
    assert.equal(year("77", NOW), 1977);
    assert.equal(year("00", NOW), 2000);
  });

  test("the day counts, not only the year", () => {
    assert.equal(year("76", Date.UTC(2026, 10, 7)), 2076);
    assert.equal(year("76", Date.UTC(2026, 10, 5)), 1976);
  });

  test("50 years ahead to the second are ahead, one second more is of the past", () => {
    const at = Date.UTC(2026, 10, 6, 8, 49, 37);
    assert.equal(year("76", at), 2076);
    assert.equal(year("76", at - 1000), 1976);
  });

  test("turn with the century", () => {
    assert.equal(year("10", Date.UTC(2099, 0)), 2110);
    assert.equal(year("49", Date.UTC(1999, 11, 31)), 2049);
    assert.equal(year("50", Date.UTC(1999, 11, 31)), 1950);
  });
});

test("everything else is no date", () => {
  for (const text of [
    "",
    "0",
    "784111777",
    "1994-11-06T08:49:37Z",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 06 Nov 1994 08:49:37",
    "sun, 06 nov 1994 08:49:37 gmt",
    "Xxx, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nox 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun, 06 Nov 1994 8:49:37 GMT",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT\n",
    "Sun, 06-Nov-94 08:49:37 GMT",
    "Sunday, 06-Nov-1994 08:49:37 GMT",
    "Sun Nov 06 08:49:37 94",
    "Sun Nov 6 08:49:37 1994",
    "now",
  ]) {
    assert.equal(parseHttpDate(text), null, text);
  }
});
