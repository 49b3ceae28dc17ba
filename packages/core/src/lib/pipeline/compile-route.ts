import { bodyTagger } from "../conditional/body-tag.ts";
import type { RequestContext } from "../context/request-context.ts";
import { isThenable } from "../maybe-promise.ts";
import type { ResolvedStages, RouteDefinition } from "../route/route-definition.ts";
import type { RouteSchemas } from "../route/route-schemas.ts";
import { type ConstantHandler, constantOf } from "../route/constant.ts";
import { AnswerContract } from "./answer-contract.ts";
import type { CompiledRoute, Runtime } from "./compiled-route.ts";
import { makeConstant, sendConstant } from "./constant-answer.ts";
import { isBare, obstaclesOf } from "./constant-obstacles.ts";
import { foldAround, foldFilters, foldFiltersAgain, foldGuards } from "./fold.ts";
import type { Next } from "./stages.ts";
import type { RequestPart } from "./request-parts.ts";
import { compileRequestCheck, type RequestCheck } from "./validation.ts";

/** Folds a route into what runs per request: middleware > guards > validation > interceptors > handler, filters around all. */
export function compileRoute(definition: RouteDefinition, runtime: Runtime): CompiledRoute {
  const {
    info,
    stages,
    module,
    priority,
    maxBodyBytes = runtime.maxBodyBytes,
    etag = runtime.etag,
  } = definition;
  const { response } = info.schemas;
  const check = compileRequestCheck(info.schemas, { maxBodyBytes, jsonSchema: runtime.jsonSchema });
  const route: CompiledRoute = {
    info,
    module,
    runtime,
    run: foldStages(stages, check, definition.handler),
    checks: checkedParts(info.schemas),
    contract: response === undefined ? null : new AnswerContract(info, response, runtime),
    maxBodyBytes,
    priority,
    tagBody: bodyTagger(etag),
    constant: null,
    isFallback: false,
    alternatives: null,
  };
  const given = constantOf(definition.handler);
  return given === null ? route : withConstant(route, given);
}

/** Its answer is made now; where no stage, no schema and no controller looks at its requests they get just that. */
function withConstant(route: CompiledRoute, { answer, isMadePerRequest }: ConstantHandler): CompiledRoute {
  const constant = makeConstant(route, answer);
  const maker = isMadePerRequest ? ["its controller is made for each request"] : [];
  const info = { ...route.info, constant: { obstacles: [...maker, ...obstaclesOf(route)] } };
  return isBare(route) && !isMadePerRequest
    ? { ...route, info, constant, run: (context) => sendConstant(context as RequestContext, constant) } // as in checkThen
    : { ...route, info };
}

function foldStages(stages: ResolvedStages, check: RequestCheck | null, handler: Next): Next {
  const around = foldAround(stages.interceptors, handler);
  const checked = check === null ? around : checkThen(check, around);
  const inner = foldFilters(stages.filters, foldGuards(stages.guards, checked));
  if (stages.middleware.length === 0) return inner;
  // Middleware sees the answers that filters make of inner errors; its own errors go to the filters as well.
  return foldFiltersAgain(stages.filters, foldAround(stages.middleware, inner));
}

function checkThen(check: RequestCheck, next: Next): Next {
  return (context) => {
    // The dispatcher makes every context, and it makes RequestContexts only.
    const pending = check(context as RequestContext);
    return isThenable(pending) ? pending.then(() => next(context)) : next(context);
  };
}

function checkedParts(schemas: RouteSchemas): Record<RequestPart, boolean> {
  return {
    params: schemas.params !== undefined,
    query: schemas.query !== undefined,
    headers: schemas.headers !== undefined,
    cookies: schemas.cookies !== undefined,
    body: schemas.body !== undefined,
  };
}
