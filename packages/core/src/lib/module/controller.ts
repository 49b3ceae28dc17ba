import { controllerMetadata, metadataChain, type ControllerOptions } from "../route/controller-metadata.ts";
import type { Constructor } from "../pipeline/stages.ts";

/** A class whose routes are fields or decorated methods. */
export interface ControllerClass {
  // Any class without constructor parameters; the container makes it.
  new (): object;
  /** The path in front of all its routes. Default "/", or what the decorator says. */
  readonly path?: string;
  /** Stages and conditions of all its routes. */
  readonly options?: ControllerOptions;
  readonly name: string;
}

/** The path and options of a controller, whichever way it says them. */
export interface ControllerInfo {
  readonly path: string;
  /** From the outside in. */
  readonly options: readonly ControllerOptions[];
}

/**
 * Makes a class a controller.
 *
 * @param path in front of all its routes. Default "/"
 * @example
 * @Controller("/users")
 * class UserController {
 *   @Get("/:id")
 *   find({ params }: { params: { id: string } }) {
 *     return { id: params.id };
 *   }
 * }
 */
export function Controller(
  path = "/",
  options: ControllerOptions = {},
): <T extends Constructor<object>>(type: T, context: ClassDecoratorContext<T>) => void {
  return (_type, context) => {
    const metadata = controllerMetadata(context.metadata);
    metadata.path = path;
    metadata.options = options;
  };
}

/** Reads what a controller class says of itself. */
export function readController(type: ControllerClass): ControllerInfo {
  const chain = metadataChain(type);
  const decorated = chain.findLast((metadata) => metadata.path !== null);
  const options = chain.flatMap((metadata) => [metadata.options, ...metadata.stages]);
  return {
    path: type.path ?? decorated?.path ?? "/",
    options: type.options === undefined ? options : [type.options, ...options],
  };
}
