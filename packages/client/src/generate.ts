export {
  generateApi,
  type ApiGap,
  type DescribedError,
  type DescribedRoute,
  type GeneratedText,
  type GenerateOptions,
} from "./lib/generate/generate-api.ts";
