import type { JsonSchema } from "@armature/schema";

/** A description of an API, OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1). */
export interface OpenApiDocument {
  readonly openapi: "3.1.1";
  readonly info: OpenApiInfo;
  readonly servers?: readonly OpenApiServer[];
  readonly tags?: readonly OpenApiTag[];
  readonly paths: Readonly<Record<string, OpenApiPathItem>>;
  readonly components?: OpenApiComponents;
  readonly security?: readonly SecurityRequirement[];
  readonly externalDocs?: OpenApiLink;
}

/** What an API is called, and who answers for it. */
export interface OpenApiInfo {
  readonly title: string;
  /** The version of the API, not of OpenAPI. */
  readonly version: string;
  readonly summary?: string;
  /** In CommonMark. */
  readonly description?: string;
  readonly termsOfService?: string;
  readonly contact?: { readonly name?: string; readonly url?: string; readonly email?: string };
  readonly license?: { readonly name: string; readonly identifier?: string; readonly url?: string };
}

/** Where an API can be reached. */
export interface OpenApiServer {
  readonly url: string;
  readonly description?: string;
}

/** A group of operations. */
export interface OpenApiTag {
  readonly name: string;
  readonly description?: string;
}

/** More to read elsewhere. */
export interface OpenApiLink {
  readonly url: string;
  readonly description?: string;
}

/** The methods that a path item can name (OpenAPI 3.1, 4.8.9.1). */
export type OpenApiMethod = "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace";

/** The operations of one path. */
export type OpenApiPathItem = { readonly [M in OpenApiMethod]?: OpenApiOperation };

/** One method of one path. */
export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  readonly parameters?: readonly OpenApiParameter[];
  readonly requestBody?: OpenApiRequestBody;
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
  readonly security?: readonly SecurityRequirement[];
}

/** Where a parameter stands. */
export type ParameterPlace = "path" | "query" | "header" | "cookie";

/** A parameter of an operation. */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: ParameterPlace;
  readonly required?: boolean;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly schema: JsonSchema;
  readonly style?: "form" | "simple" | "deepObject";
  readonly explode?: boolean;
}

/** What a request may carry. */
export interface OpenApiRequestBody {
  readonly required?: boolean;
  readonly description?: string;
  readonly content: Readonly<Record<string, OpenApiMedia>>;
}

/** A body of one media type. */
export interface OpenApiMedia {
  readonly schema?: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** One answer of an operation. */
export interface OpenApiResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description?: string; readonly schema: JsonSchema }>>;
  readonly content?: Readonly<Record<string, OpenApiMedia>>;
}

/** What is used in several places. */
export interface OpenApiComponents {
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
  readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
}

/** Names of security schemes, all of which must be met, with the scopes that each needs. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** How a client proves who it is (OpenAPI 3.1, 4.8.27). */
export type SecurityScheme =
  | {
      readonly type: "http";
      readonly scheme: string;
      readonly bearerFormat?: string;
      readonly description?: string;
    }
  | {
      readonly type: "apiKey";
      readonly in: "query" | "header" | "cookie";
      readonly name: string;
      readonly description?: string;
    }
  | { readonly type: "openIdConnect"; readonly openIdConnectUrl: string; readonly description?: string }
  | { readonly type: "mutualTLS"; readonly description?: string }
  | {
      readonly type: "oauth2";
      readonly flows: Readonly<Record<string, OAuthFlow>>;
      readonly description?: string;
    };

/** One way to a token (OpenAPI 3.1, 4.8.29). */
export interface OAuthFlow {
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  readonly refreshUrl?: string;
  readonly scopes: Readonly<Record<string, string>>;
}
