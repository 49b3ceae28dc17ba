export { toNodeHandler } from "./lib/adapters/to-node-handler.ts";
export {
  AppBuilder,
  type AddRoute,
  type AppPlan,
  type Boot,
  type RoutesWithin,
  type RouteType,
} from "./lib/application/app-builder.ts";
export { CURRENT_CONTEXT } from "./lib/application/app-container.ts";
export type { AppOptions } from "./lib/application/app-options.ts";
export {
  Application,
  type AppCloseOptions,
  type AppGetOptions,
  type AppListenOptions,
} from "./lib/application/application.ts";
export { createApp } from "./lib/application/create-app.ts";
export { inspectApp, type Inspection } from "./lib/application/inspect-app.ts";
export { RouteRegistry } from "./lib/application/route-registry.ts";
export { BootError, type BootFault } from "./lib/application/boot-error.ts";
export type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnApplicationShutdown,
  OnModuleDestroy,
  OnModuleInit,
} from "./lib/application/lifecycle.ts";
export { silentLogger, type Logger } from "./lib/application/logger.ts";
export type { StopSignal } from "./lib/application/signals.ts";
export { BodyReader } from "./lib/context/body-reader.ts";
export type { ContentCoding, DecompressOptions } from "./lib/context/content-codings.ts";
export { contextKey, type ContextKey } from "./lib/context/context-key.ts";
export type { Context, Query } from "./lib/context/context.ts";
export { FileBody, type FileOptions } from "./lib/context/file-body.ts";
export { HttpRequest } from "./lib/context/http-request.ts";
export type {
  ForwardedField,
  TrustedProxies,
  TrustProxy,
  TrustProxyOptions,
} from "./lib/context/trust-proxy.ts";
export type { MultipartField, MultipartFile, MultipartPart } from "./lib/context/multipart-part.ts";
export type { MultipartOptions } from "./lib/context/multipart.ts";
export {
  reply,
  type AnyReplyCall,
  type DeclaredReplyCall,
  type RedirectStatus,
  type ReplyFactory,
  type ReplyHelpers,
} from "./lib/context/reply-factory.ts";
export { Reply, type AnyReply, type ReplyFormat } from "./lib/context/reply.ts";
export { StreamBody, type StreamOptions, type StreamSource } from "./lib/context/stream-body.ts";
export type { ErrorInfo } from "./lib/errors/error-info.ts";
export { cors, type CorsOptions } from "./lib/features/cors.ts";
export {
  type HealthCheck,
  type HealthIndicator,
  type HealthOptions,
  type HealthReport,
} from "./lib/features/health.ts";
export { securityHeaders, type SecurityHeadersOptions } from "./lib/features/security-headers.ts";
export {
  REQUEST_CHANNELS,
  type RequestChannelNames,
  type RequestMessage,
} from "./lib/diagnostics/request-message.ts";
export type { MaybePromise } from "./lib/maybe-promise.ts";
export { Controller, type ControllerClass } from "./lib/module/controller.ts";
export {
  defineModule,
  Module,
  ModuleDefinition,
  type ModuleOptions,
  type ModuleRef,
  type ModuleType,
} from "./lib/module/module-definition.ts";
export type { AnswerListener, AnswerReport } from "./lib/pipeline/answer-listener.ts";
export {
  filterOf,
  type Constructor,
  type Filter,
  type FilterClass,
  type FilterRef,
  type Guard,
  type GuardClass,
  type GuardRef,
  type Interceptor,
  type InterceptorClass,
  type InterceptorRef,
  type Middleware,
  type MiddlewareClass,
  type MiddlewareRef,
  type Next,
} from "./lib/pipeline/stages.ts";
export type { RequestPart, RequestProblem } from "./lib/pipeline/request-parts.ts";
export type { RouteConditions, Versioning } from "./lib/route/conditions.ts";
export { constant } from "./lib/route/constant.ts";
export type { ControllerOptions } from "./lib/route/controller-metadata.ts";
export {
  defineMethodDecorator,
  Delete,
  Get,
  Head,
  Options,
  Patch,
  Post,
  Put,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UseMiddleware,
  type PublicMethodContext,
  type RouteDecorator,
  type RouteDecoratorFunction,
  type RouteMethod,
  type StageDecorator,
} from "./lib/route/route-decorators.ts";
export type { RouteDocs } from "./lib/route/route-docs.ts";
export { placeOf, type ConstantInfo, type RouteInfo } from "./lib/route/route-info.ts";
export type { StageInfo } from "./lib/route/stage-info.ts";
export {
  defineMethod,
  del,
  get,
  head,
  options,
  patch,
  post,
  put,
  RouteField,
  type RouteFunction,
} from "./lib/route/route-field.ts";
export { RouteGroup, type RouteEntry } from "./lib/route/route-group.ts";
export type { AnswerStatus, BodylessStatus, CheckedStatus } from "./lib/route/answer-status.ts";
export type { CheckedOptions, CheckedPathOptions } from "./lib/route/checked-options.ts";
export type {
  AnswerObject,
  AnyResult,
  Awaitable,
  CheckedReturn,
  Handler,
  HandlerResult,
  InferredHandler,
  RouteResult,
} from "./lib/route/handler.ts";
export type {
  ErrorOptions,
  NoOptions,
  ParamsOf,
  RouteContext,
  RouteOptions,
  StageOptions,
} from "./lib/route/route-options.ts";
export type {
  AnswerBody,
  EventSchemas,
  ResponseMap,
  ResponsesOf,
  RouteSchemas,
} from "./lib/route/route-schemas.ts";
