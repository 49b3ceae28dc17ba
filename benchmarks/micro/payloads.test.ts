import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { LARGE, MEDIUM, SMALL } from "./payloads.ts";
import { lookedUp, routeAt, routeTable } from "./route-table.ts";

suite("payloads", () => {
  test("have the sizes that their names promise", () => {
    assert.equal(JSON.stringify(SMALL).length, 27);
    assert.equal(JSON.stringify(MEDIUM).length, 145);
    assert.equal(JSON.stringify(LARGE).length, 29_132);
    assert.ok(LARGE.metadata.note.length < 1000, "the users are what is large");
  });
});

suite("the route table", () => {
  test("takes method, resource and shape in turn", () => {
    assert.deepEqual(routeAt(0, false), { method: "GET", path: "/api/users", target: "/api/users" });
    assert.deepEqual(routeAt(7, false), {
      method: "PUT",
      path: "/api/v2/invoices/nested/:id/deep",
      target: "/api/v2/invoices/nested/123/deep",
    });
    assert.deepEqual(routeAt(46, false), routeAt(6, false));
  });

  test("repeats after 40 routes, unless they are distinct", () => {
    assert.equal(routeTable(500, false).length, 40);
    assert.equal(routeTable(500, true).length, 500);
    assert.equal(routeAt(41, true).path, "/api/posts1/:id");
  });

  test("has what is looked up, or has it not", () => {
    const paths = new Set(routeTable(100, true).map(({ path }) => path));
    for (const kind of ["match_first", "match_middle", "match_last"])
      assert.ok(paths.has(lookedUp(kind, 100, true).path), kind);
    assert.ok(!paths.has(lookedUp("not_found", 100, true).target));
    assert.throws(() => lookedUp("match_best", 100, true), /no routing benchmark/);
  });
});
