import assert from "node:assert/strict";
import { STATUS_CODES } from "node:http";
import { test } from "node:test";
import { isNullBodyStatus, statusText } from "./status.ts";

/** What the IANA registry says now, where Node still has the names of RFC 7231, or names that are not registered. */
const DIFFERENT: Readonly<Record<string, string>> = {
  305: "Unknown", // deprecated
  413: "Content Too Large",
  418: "Unknown", // unused
  422: "Unprocessable Content",
  509: "Unknown", // not registered
  510: "Unknown", // obsoleted
};

test("every status has the reason phrase of the registry", () => {
  for (let status = 100; status < 600; status++) {
    const expected = DIFFERENT[status] ?? STATUS_CODES[status] ?? "Unknown";
    assert.equal(statusText(status), expected, String(status));
  }
});

test("odd numbers are unknown", () => {
  for (const status of [0, -1, 99, 600, 200.5, Number.NaN]) assert.equal(statusText(status), "Unknown");
});

test("1xx, 204, 205 and 304 have no body, all others may", () => {
  for (let status = 100; status < 600; status++) {
    const expected = status < 200 || [204, 205, 304].includes(status);
    assert.equal(isNullBodyStatus(status), expected, String(status));
  }
});
