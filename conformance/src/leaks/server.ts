import type { Limits } from "@armature/http";
import { CERTIFICATE } from "../engines.ts";
import { keptApp } from "./kept-app.ts";

/** The application of kept-app.ts; it listens with TLS where the environment says so, with a certificate that it is given. */
const limits = JSON.parse(process.argv[2] ?? "{}") as Partial<Limits>; // of a test
const { builder, census } = keptApp(limits);
const app = await builder.ready();
const answers = {
  census: () => census.take(),
  "whole census": () => census.takeAll(),
  counters: () => ({ stats: app.stats(), errors: [] }),
};
process.on("message", (what: keyof typeof answers) => {
  process.send?.(answers[what]());
});
// A server whose test has died has nobody to stop it.
process.on("disconnect", () => process.exit());
const { key, cert } = CERTIFICATE;
const { port } = await app.listen(
  process.env["LEAKS_TLS"] === "1" ? { port: 0, tls: { key, cert } } : { port: 0 },
);
process.send?.(port);
