import type { Exchange, RequestPriority, ResponseHead } from "@armature/http";
import type { JsonSchemaOptions } from "@armature/schema";
import type { ClientViews } from "../context/client-view.ts";
import type { Decompression } from "../context/content-codings.ts";
import type { BodyTagger, EtagMode } from "../conditional/body-tag.ts";
import type { Logger } from "../application/logger.ts";
import type { ModuleRuntime } from "../module/module-runtime.ts";
import type { RouteConditions } from "../route/conditions.ts";
import type { RouteInfo } from "../route/route-info.ts";
import type { AnswerContract } from "./answer-contract.ts";
import type { AnswerListener, RefusalListener } from "./answer-listener.ts";
import type { Next } from "./stages.ts";
import type { RequestPart } from "./request-parts.ts";

/** What all routes of an application share while it runs. */
export interface Runtime {
  readonly logger: Logger;
  /** Whether errors may tell the client what went wrong inside. */
  readonly debug: boolean;
  /** Bytes that a body may have where its route says nothing. */
  readonly maxBodyBytes: number;
  /** Whether answers are checked in full by their schemas. */
  readonly checksAnswers: boolean;
  readonly jsonSchema: JsonSchemaOptions;
  /** What clients see in front of trusted proxies; `null` where no proxy is trusted. */
  readonly clientViews: ClientViews | null;
  /** Which compressed bodies are taken. */
  readonly decompression: Decompression;
  /** How answers are tagged where their route says nothing. */
  readonly etag: EtagMode;
  /** Whether every answer carries `x-request-id`. */
  readonly sendsRequestId: boolean;
  /** Aborts when the application takes no more requests. */
  readonly stopping: AbortSignal;
  /** Names a request; `null` is one that the engine refused. */
  readonly requestIdOf: (exchange: Exchange | null) => string;
  /** Told about each answer; `null` where nobody listens. */
  readonly onAnswer: AnswerListener | null;
  /** Told about each request that the engine refuses; `null` where nobody listens. */
  readonly onRefusal: RefusalListener | null;
}

/** A route folded to what runs per request. */
export interface CompiledRoute {
  readonly info: RouteInfo;
  readonly module: ModuleRuntime;
  readonly runtime: Runtime;
  /** Everything from the outermost middleware to the handler; gives a result or throws. */
  readonly run: Next;
  /** Which parts of the context come from a schema. */
  readonly checks: Readonly<Record<RequestPart, boolean>>;
  /** The declared answers; `null` where the route declares none. */
  readonly contract: AnswerContract | null;
  /** Bytes that the body may have. */
  readonly maxBodyBytes: number;
  /** How much its requests matter when there is no time for all. */
  readonly priority: RequestPriority;
  /** Tags the bodies of its answers; `null` where they are not tagged. */
  readonly tagBody: BodyTagger | null;
  /** The answer that it always gives, where nothing around it sees its requests; `null` nearly always. */
  readonly constant: ConstantAnswer | null;
  /** Whether it stands for requests that have no route. */
  readonly isFallback: boolean;
  /** All routes at this method and path where hosts or versions decide, in the order to ask them; `null` nearly always. */
  readonly alternatives: readonly ConditionalRoute[] | null;
}

/** An answer that was made at boot and is given to every request. */
export interface ConstantAnswer {
  /** All of its fields are in the block. */
  readonly head: ResponseHead;
  readonly body: string | Uint8Array | null;
  /** Whether it has a version, which conditions of requests are held against. */
  readonly isVersioned: boolean;
  /** Whether parts of it can be asked for. */
  readonly takesRanges: boolean;
}

/** A route that answers only for some hosts or versions. */
export interface ConditionalRoute {
  readonly route: CompiledRoute;
  readonly conditions: RouteConditions;
}
