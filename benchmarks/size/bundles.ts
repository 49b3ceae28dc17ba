import { join } from "node:path";
import { gzipSync } from "node:zlib";

const CLIENT = join(import.meta.dirname, "../../packages/client");
const WEBSOCKET = join(import.meta.dirname, "../../packages/websocket");
const ARMATURE = join(import.meta.dirname, "../../packages/armature");
const PEERS = join(import.meta.dirname, "../http/peers");

/** What is bundled: a program, and the folder in which its imports are looked for. */
interface Bundle {
  readonly folder: string;
  readonly platform: "browser" | "node";
  readonly source: string;
}

/** A client that is used, and servers that say hello. */
const BUNDLES: Readonly<Record<string, Bundle>> = {
  "client of armature": {
    folder: join(CLIENT, "dist"),
    platform: "browser",
    source: 'import { createClient } from "./index.js"; globalThis.client = createClient("/");',
  },
  "WebSocket client of armature": {
    folder: join(WEBSOCKET, "dist"),
    platform: "browser",
    source: 'import { connect } from "./client.js"; globalThis.connect = connect;',
  },
  armature: {
    folder: join(ARMATURE, "dist"),
    platform: "node",
    source:
      'import { armature } from "./index.js"; await armature().get("/", () => "hello").listen({ port: 3000 });',
  },
  fastify: {
    folder: PEERS,
    platform: "node",
    source:
      'import fastify from "fastify"; const app = fastify(); app.get("/", () => "hello"); app.listen({ port: 3000 });',
  },
  hono: {
    folder: PEERS,
    platform: "node",
    source:
      'import { Hono } from "hono"; import { serve } from "@hono/node-server"; serve(new Hono().get("/", (c) => c.text("hello")));',
  },
  express: {
    folder: PEERS,
    platform: "node",
    source:
      'import express from "express"; express().get("/", (request, response) => response.send("hello")).listen(3000);',
  },
};

/** The names of what is bundled. */
export const BUNDLED: readonly string[] = Object.keys(BUNDLES);

/** The part of esbuild that is used; it is installed by the suite alone. */
interface Bundler {
  readonly build: (
    options: object,
  ) => Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>;
}

/** Bytes of a program with all that it needs, as esbuild minifies it; what tree-shaking takes out is not in it. */
export async function bundledSize(name: string): Promise<Record<string, number>> {
  const { folder, platform, source } = BUNDLES[name] as Bundle; // one of BUNDLED
  const { build } = (await import(
    join(import.meta.dirname, "peers/node_modules/esbuild/lib/main.js")
  )) as Bundler;
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2023",
    platform,
    legalComments: "none",
    logLevel: "silent",
  });
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  return { "bytes minified": contents.length, "bytes gzipped": gzipSync(contents, { level: 9 }).length };
}
