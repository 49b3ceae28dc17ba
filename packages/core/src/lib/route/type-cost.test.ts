import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { compileProject, type CompileReport } from "./compile-project.test.kit.ts";
import { generateRoutes, type RouteForm } from "./generated-routes.test.kit.ts";

const FEW = 200;
const MANY = 400;

/** Instantiations that one route may cost the compiler, a quarter over what it takes. */
const BOUNDS: Readonly<Record<Exclude<RouteForm, "none">, number>> = {
  decorated: 305,
  fields: 350,
  chained: 465,
};

/** The project of these routes, which compiles. */
function check(form: RouteForm, count: number): CompileReport {
  const report = compileProject(generateRoutes(form, count));
  assert.deepEqual(report.errors, []);
  return report;
}

describe("what routes cost the compiler", () => {
  const schemas = { few: 0, many: 0 };

  before(() => {
    schemas.few = check("none", FEW).instantiations;
    schemas.many = check("none", MANY).instantiations;
  });

  for (const [form, bound] of Object.entries(BOUNDS)) {
    test(`grows with their number, and no faster: ${form}`, () => {
      const few = check(form as RouteForm, FEW).instantiations - schemas.few; // the keys of BOUNDS
      const many = check(form as RouteForm, MANY).instantiations - schemas.many;
      const each = (many - few) / (MANY - FEW);
      assert.ok(many / few < 2.3, `${MANY} routes cost ${(many / few).toFixed(2)} times what ${FEW} do`);
      assert.ok(each < bound, `a route costs ${each.toFixed(0)} instantiations, over ${bound}`);
      assert.ok(each > 20, `a route costs ${each.toFixed(0)} instantiations: is it checked at all?`);
    });
  }
});
