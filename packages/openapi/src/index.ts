export { buildDocument, type RouteSource } from "./lib/build/build-document.ts";
export { OpenApiError, type OpenApiFault } from "./lib/build/open-api-error.ts";
export type { DocumentOptions } from "./lib/build/options.ts";
export { secured, type SecurityDeclaration } from "./lib/build/security.ts";
export type {
  OAuthFlow,
  OpenApiComponents,
  OpenApiDocument,
  OpenApiInfo,
  OpenApiLink,
  OpenApiMedia,
  OpenApiMethod,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiPathItem,
  OpenApiRequestBody,
  OpenApiResponse,
  OpenApiServer,
  OpenApiTag,
  ParameterPlace,
  SecurityRequirement,
  SecurityScheme,
} from "./lib/document/open-api.ts";
export type { ApiChange, ChangeKind } from "./lib/diff/change.ts";
export { diffDocuments } from "./lib/diff/diff-documents.ts";
export { documentOptionsOf, openApi, type OpenApiOptions } from "./lib/serve/open-api-module.ts";
export { fromText, toJson, toYaml } from "./lib/document/document-text.ts";
export { OpenApiService } from "./lib/serve/open-api-service.ts";
