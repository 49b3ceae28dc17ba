export {
  generateApi,
  type ApiGap,
  type DescribedRoute,
  type GeneratedText,
  type GenerateOptions,
} from "./lib/generate/generate-api.ts";
