import assert from "node:assert/strict";
import { test } from "node:test";
import { cLibrary } from "./c-library.ts";

test(
  "the C library is found without a question to DNS",
  { skip: process.platform !== "linux" },
  (context) => {
    const report: { excludeNetwork?: boolean; getReport(): object } = process.report;
    const before = report.excludeNetwork;
    const getReport = report.getReport.bind(report);
    const asked = context.mock.method(report, "getReport", () => {
      assert.equal(report.excludeNetwork, true);
      return getReport();
    });
    assert.match(cLibrary(), /^(gnu|musl)$/);
    assert.equal(asked.mock.callCount(), 1);
    assert.equal(report.excludeNetwork, before);
  },
);
