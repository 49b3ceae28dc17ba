import assert from "node:assert/strict";
import * as fc from "fast-check";
import { nativeEngineFault } from "@armature/engine-native";
import { createEchoHandler } from "../echo-handler.ts";
import type { FuzzProperty } from "./fuzz-property.ts";
import { MemoryServer } from "./memory-server.ts";
import { cutAtAll, cuts } from "./mutation.ts";
import { NativeServer } from "./native-server.ts";
import { almostRequests } from "./request-properties.ts";

/** One engine parses in TypeScript and the other in Rust what is plain; the echo shows all that either has seen. */
const sameAnswers: FuzzProperty = {
  name: "the native engine and the TypeScript engine answer the same bytes in the same way",
  cost: 2,
  open: async () => {
    const handler = createEchoHandler({ methods: "known" });
    const ts = await MemoryServer.start(handler);
    const native = await NativeServer.start(handler);
    const property = fc.asyncProperty(almostRequests, cuts, async (bytes, places) => {
      const pieces = cutAtAll(bytes, places);
      assert.equal(await native.play(pieces), await ts.play(pieces));
    });
    return {
      property,
      [Symbol.asyncDispose]: async () => {
        await Promise.all([ts[Symbol.asyncDispose](), native[Symbol.asyncDispose]()]);
      },
    };
  },
};

/** What holds between the engines, where both are there. */
export const NATIVE_PROPERTIES: readonly FuzzProperty[] = nativeEngineFault() === null ? [sameAnswers] : [];
