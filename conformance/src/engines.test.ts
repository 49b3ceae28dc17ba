import { describe } from "node:test";
import { ENGINES } from "./engines.ts";
import { answersSuite } from "./suites/answers.ts";
import { bodyReadersSuite } from "./suites/body-readers.ts";
import { bodySuite } from "./suites/body.ts";
import { closeSuite } from "./suites/close.ts";
import { connectionsSuite } from "./suites/connections.ts";
import { constantsSuite } from "./suites/constants.ts";
import { cutsSuite } from "./suites/cuts.ts";
import { exchangesSuite } from "./suites/exchanges.ts";
import { filesSuite } from "./suites/files.ts";
import { framingSuite } from "./suites/framing.ts";
import { isolationSuite } from "./suites/isolation.ts";
import { informSuite } from "./suites/inform.ts";
import { limitsSuite } from "./suites/limits.ts";
import { listenSuite } from "./suites/listen.ts";
import { overloadSuite } from "./suites/overload.ts";
import { pipeliningSuite } from "./suites/pipelining.ts";
import { ratesSuite } from "./suites/rates.ts";
import { proxyProtocolSuite } from "./suites/proxy-protocol.ts";
import { refusalsSuite } from "./suites/refusals.ts";
import { requestSuite } from "./suites/request.ts";
import { respondSuite } from "./suites/respond.ts";
import { signalSuite } from "./suites/signal.ts";
import { slowStreamsSuite } from "./suites/slow-streams.ts";
import { streamSuite } from "./suites/stream.ts";
import { upgradeSinksSuite } from "./suites/upgrade-sinks.ts";
import { trailersSuite } from "./suites/trailers.ts";
import { upgradeSuite } from "./suites/upgrade.ts";
import { watchSuite } from "./suites/watch.ts";

/** The contract of `Engine`, as @armature/http writes it down. What an engine skips says why where it is skipped. */
const SUITES = {
  listen: listenSuite,
  request: requestSuite,
  body: bodySuite,
  respond: respondSuite,
  stream: streamSuite,
  inform: informSuite,
  trailers: trailersSuite,
  watch: watchSuite,
  signal: signalSuite,
  upgrade: upgradeSuite,
  limits: limitsSuite,
  overload: overloadSuite,
  close: closeSuite,
  answers: answersSuite,
  "body-readers": bodyReadersSuite,
  connections: connectionsSuite,
  constants: constantsSuite,
  cuts: cutsSuite,
  exchanges: exchangesSuite,
  files: filesSuite,
  framing: framingSuite,
  isolation: isolationSuite,
  pipelining: pipeliningSuite,
  rates: ratesSuite,
  "proxy-protocol": proxyProtocolSuite,
  refusals: refusalsSuite,
  "slow-streams": slowStreamsSuite,
  "upgrade-sinks": upgradeSinksSuite,
};

for (const subject of ENGINES)
  for (const [name, suite] of Object.entries(SUITES))
    describe(`engine ${subject.name}: ${name}`, { skip: subject.missing ?? false }, () => suite(subject));
