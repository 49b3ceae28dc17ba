import type * as DiModule from "@armature/di";
import { type Operation, plain } from "../operation.ts";
import { load } from "./load.ts";

type Di = typeof DiModule;

/** A service with a repository with settings, where what is `scope` is made for each request. */
async function startContainer(scope: "singleton" | "request"): Promise<{
  container: Awaited<ReturnType<ReturnType<Di["compileGraph"]>["start"]>>;
  token: abstract new () => Service;
}> {
  const { compileGraph, defineInjectable, inject } = await load<Di>("di/dist/index.js");
  const SettingsClass = defineInjectable(
    class Settings {
      readonly answer = "42";
    },
    {},
  );
  const RepositoryClass = defineInjectable(
    class Repository {
      readonly settings: { readonly answer: string } = inject(SettingsClass);
    },
    { scope },
  );
  const ServiceClass = defineInjectable(
    class Service {
      readonly repository: { readonly settings: { readonly answer: string } } = inject(RepositoryClass);
    },
    { scope },
  );
  const providers = [SettingsClass, RepositoryClass, ServiceClass];
  const graph = compileGraph({ name: "BenchModule", imports: [], providers, exports: [] });
  return { container: await graph.start(), token: ServiceClass };
}

interface Service {
  readonly repository: { readonly settings: { readonly answer: string } };
}

/** A singleton, as who asks once for each request finds it. */
export async function resolveSingleton(): Promise<Operation> {
  const { container, token } = await startContainer("singleton");
  return plain(() => container.get(token), show);
}

/** A scope with two instances that are made in it. */
export async function resolveRequest(): Promise<Operation> {
  const { container, token } = await startContainer("request");
  const resolve = container.resolver(token);
  return plain(() => resolve(container.createScope()), show);
}

function show(service: unknown): string {
  return (service as Service).repository.settings.answer; // the benchmark's own class
}
