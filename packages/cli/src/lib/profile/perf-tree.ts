import { basename } from "node:path";
import type { FlameNode } from "./flame-tree.ts";

/** The thread in which V8 digests the samples of its own profiler. */
const RECORDER_THREAD = "v8:ProfEvntProc";
/** What takes these samples, on the stack of the thread that is interrupted. */
const RECORDER_FRAME = "v8::sampler::";

/** `MainThread 8901/8901 1001001`: thread, process, and nanoseconds since the sample before. */
const HEAD = /^\s*(.+?)\s+(\d+)\/\d+\s+(\d+)\s*$/;
/** `7fc6bf013835 name of the function (file)`; a file that is gone has "(deleted)" behind its name. */
const FRAME = /^\s*[0-9a-f]+ (.*) \(((?:[^()]|\(deleted\))*)\)$/;
/** `JS:*name file:///app.js:3:14` of V8: the signs tell the tiers of its compilers apart, which are one function here. */
const COMPILED =
  /^(?:JS|Script|Eval|Function):[~^*+'o]*(.*?) ?((?:\/|file:|node:|evalmachine)\S.*?:\d+):\d+$/;
const COMPILED_ALONE = /^(?:JS|Script|Eval|Function):[~^*+'o]*(.*)$/;

/** Where native functions belong, by how they are called. */
const OWNERS: readonly (readonly [names: RegExp, owner: string])[] = [
  [/^(?:Builtins_|v8::|v8_|cppgc::|heap::base::|non-virtual thunk to v8::)/, "[V8]"],
  [/^uv_/, "[libuv]"],
  [/^(?:node::|ncrypto::|non-virtual thunk to node::)/, "[Node]"],
];

interface Frame {
  readonly name: string;
  readonly place: string;
}

interface Growing extends Frame {
  nanos: number;
  readonly below: Map<string, Growing>;
}

/**
 * The samples that `perf script -F comm,pid,tid,period,ip,sym,dso` prints, by call path. It is given line after line, because there may be more of
 * them than a text may have. What V8's own profiler takes meanwhile is left out.
 */
export class PerfTree {
  /** How many samples are in the tree. */
  samples = 0;
  readonly #root: Growing = grow({ name: "(root)", place: "" });
  /** The same lines come thousands of times. */
  readonly #frames = new Map<string, Frame>();
  #stack: Frame[] = [];
  #thread: Frame = this.#root;
  #nanos = 0;

  /** Takes the next line: the head of a sample, one of its frames from the innermost out, or the empty one behind it. */
  line(text: string): void {
    if (text.startsWith("\t")) {
      this.#stack.push(this.#frameOf(text));
      return;
    }
    this.#add();
    const [, thread = "", pid = "", nanos] = HEAD.exec(text) ?? [];
    this.#thread = { name: `(thread ${thread})`, place: `process ${pid}` };
    this.#nanos = Number(nanos ?? 0);
  }

  /** The tree of all samples so far, in milliseconds: threads first, below them what they called. */
  root(): FlameNode {
    this.#add();
    return toNode(this.#root);
  }

  #frameOf(text: string): Frame {
    const [, symbol = "", file = ""] = FRAME.exec(text) ?? [];
    const key = `${symbol}\n${file}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const frame = toFrame(symbol, file);
    this.#frames.set(key, frame);
    return frame;
  }

  #add(): void {
    const [stack, nanos] = [this.#stack, this.#nanos];
    this.#stack = [];
    this.#nanos = 0;
    if (nanos === 0 || this.#isRecorder(stack)) return;
    this.samples++;
    let at = descend(this.#root, this.#thread);
    for (const frame of stack.toReversed()) at = descend(at, frame);
    at.nanos += nanos;
  }

  #isRecorder(stack: readonly Frame[]): boolean {
    if (this.#thread.name === `(thread ${RECORDER_THREAD})`) return true;
    return stack.some(({ name }) => name.startsWith(RECORDER_FRAME));
  }
}

function grow({ name, place }: Frame): Growing {
  return { name, place, nanos: 0, below: new Map() };
}

function descend(from: Growing, frame: Frame): Growing {
  const key = `${frame.name}\n${frame.place}`;
  const known = from.below.get(key);
  if (known !== undefined) return known;
  const made = grow(frame);
  from.below.set(key, made);
  return made;
}

/** Functions of JavaScript have file and line, as in the profile of V8; native ones have their owner in brackets. */
function toFrame(symbol: string, file: string): Frame {
  if (/\/perf-\d+\.map$/.test(file)) return toCompiled(symbol);
  const name = symbol === "" || symbol === "[unknown]" ? "(unknown)" : symbol;
  if (file.startsWith("[kernel") || file.endsWith(".ko")) return { name, place: "[kernel]" };
  const owner = OWNERS.find(([names]) => names.test(symbol))?.[1];
  return { name, place: owner ?? (file.startsWith("[") ? file : `[${basename(file)}]`) };
}

function toCompiled(symbol: string): Frame {
  const [, name, place] = COMPILED.exec(symbol) ?? [];
  if (name !== undefined && place !== undefined)
    return { name: name === "" ? "(anonymous)" : name, place: place.replace(/^file:\/\//, "") };
  const alone = COMPILED_ALONE.exec(symbol)?.[1]?.trim();
  if (alone !== undefined) return { name: alone === "" ? "(anonymous)" : alone, place: "" };
  return { name: symbol === "[unknown]" ? "(unknown)" : symbol, place: "[V8]" };
}

function toNode({ name, place, nanos, below }: Growing): FlameNode {
  const children = [...below.values()].map(toNode).toSorted((a, b) => b.total - a.total);
  const self = nanos / 1e6;
  return { name, place, self, total: children.reduce((sum, child) => sum + child.total, self), children };
}
