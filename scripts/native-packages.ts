import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MODULES } from "./native-module.ts";
import { moduleOf, type NativePlatform, PLATFORMS } from "./native-platforms.ts";

const HELP = `node scripts/native-packages.ts [--modules=FOLDER] [--package=FOLDER]

Lays out, for a release, one package for each platform that the native engine is built for, in npm/ of packages/engine-native, and
names them as its optional dependencies. FOLDER has the modules as armature.PLATFORM.node (default: where "npm run build:native --
--target=all" puts them); all of them have to be there. What is written is never committed, because no name may stand in a manifest that npm does
not find.
`;

/** What the manifests of the platforms have in common with that of the engine. */
interface EngineManifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
}

/** Writes the packages of all platforms, and the manifest that names them. */
export function writePackages(folder: string, modules: string): void {
  const missing = PLATFORMS.map(moduleOf).filter((file) => !existsSync(join(modules, file)));
  if (missing.length > 0) throw new Error(`${modules} has no ${missing.join(", no ")}; build them first.`);
  const path = join(folder, "package.json");
  const engine = JSON.parse(readFileSync(path, "utf8")) as EngineManifest; // its own manifest, which the rules look at
  for (const platform of PLATFORMS)
    writePackage(join(folder, "npm", platform.name), platform, engine, modules);
  const names = PLATFORMS.map(({ name }) => [`${engine.name}-${name}`, engine.version]);
  writeJson(path, { ...engine, optionalDependencies: Object.fromEntries(names) });
}

function writePackage(
  folder: string,
  platform: NativePlatform,
  engine: EngineManifest,
  modules: string,
): void {
  const file = moduleOf(platform);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(modules, file), join(folder, file));
  writeJson(join(folder, "package.json"), {
    name: `${engine.name}-${platform.name}`,
    version: engine.version,
    description: `The module of ${engine.name} for ${platform.name}`,
    license: engine.license,
    main: file,
    files: [file],
    os: ["linux"],
    cpu: [platform.cpu],
    libc: [platform.libc],
    engines: engine.engines,
  });
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

function main(): void {
  const { values } = parseArgs({
    options: {
      modules: { type: "string", default: MODULES },
      package: { type: "string", default: join(import.meta.dirname, "../packages/engine-native") },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) process.stdout.write(HELP);
  else writePackages(values.package, values.modules);
}

if (import.meta.main) main();
