import { describe } from "node:test";
import { ENGINES } from "./engines.ts";
import { bodySuite } from "./suites/body.ts";
import { closeSuite } from "./suites/close.ts";
import { limitsSuite } from "./suites/limits.ts";
import { listenSuite } from "./suites/listen.ts";
import { requestSuite } from "./suites/request.ts";
import { respondSuite } from "./suites/respond.ts";
import { signalSuite } from "./suites/signal.ts";
import { streamSuite } from "./suites/stream.ts";
import { upgradeSuite } from "./suites/upgrade.ts";

/** The contract of `Engine`, as @armature/http writes it down. */
const SUITES = {
  listen: listenSuite,
  request: requestSuite,
  body: bodySuite,
  respond: respondSuite,
  stream: streamSuite,
  signal: signalSuite,
  upgrade: upgradeSuite,
  limits: limitsSuite,
  close: closeSuite,
};

for (const subject of ENGINES)
  for (const [name, suite] of Object.entries(SUITES))
    describe(`engine ${subject.name}: ${name}`, () => suite(subject));
