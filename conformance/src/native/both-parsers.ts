import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "@armature/http";
import { Differ, type WireLimits, type WireOpinion } from "./differ.ts";
import { type EngineOpinion, EngineWitness } from "./engine-opinion.ts";

/** The parser in Rust beside the TypeScript engine. */
export class BothParsers implements AsyncDisposable {
  readonly #differ = new Differ();
  /** An engine for each set of limits. */
  readonly #witnesses = new Map<string, Promise<EngineWitness>>();

  /**
   * Every request that Rust calls plain is one for TypeScript, and the same: method, target, version, fields, body, what becomes of the
   * connection, and where the next one begins. Where Rust waits for more, so does TypeScript.
   * @returns how many requests are plain
   */
  async assertAgree(pieces: readonly Buffer[], limits: WireLimits = DEFAULT_LIMITS): Promise<number> {
    const native = await this.#differ.ask(Buffer.concat(pieces), limits);
    const witness = await this.#witnessOf(limits);
    assertSame(native, await witness.hear(pieces));
    return native.requests.length;
  }

  #witnessOf(limits: WireLimits): Promise<EngineWitness> {
    const key = JSON.stringify(limits);
    const witness = this.#witnesses.get(key) ?? EngineWitness.start(limits);
    this.#witnesses.set(key, witness);
    return witness;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const witnesses = await Promise.all(this.#witnesses.values());
    await Promise.all([this.#differ, ...witnesses].map((one) => one[Symbol.asyncDispose]()));
  }
}

function assertSame(native: WireOpinion, engine: EngineOpinion): void {
  const count = native.requests.length;
  assert.deepEqual(engine.requests.slice(0, count), native.requests);
  if (native.rest === "unsure") return;
  assert.equal(engine.requests.length, count, `TypeScript sees more behind what Rust calls ${native.rest}`);
  assert.equal(engine.refused, false, `TypeScript refuses what Rust calls ${native.rest}`);
}
