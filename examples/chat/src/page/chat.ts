/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { connect, type Stop } from "@armature/websocket/client";
import type { ChatMessages } from "../messages.ts";

// Runs in the browser: served as it was compiled, without a bundler.

/** How long somebody who presses no key is still typing. */
const TYPING_MS = 2_000;

const style = new URLSearchParams(location.search).get("gateway") === "class" ? "class" : "function";
const chat = connect<ChatMessages>(`/socket/${style}`, {
  minBackoffMs: 200,
  onError: (error) => show("state", String(error)),
});

/** The parts of the page by their ids. */
function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found;
}

function show(id: string, text: string): void {
  part(id).textContent = text;
}

/** Calls a function with what a form says, in place of sending it. */
function onSubmit(id: string, submit: (field: (name: string) => string) => void | Promise<void>): void {
  part(id).addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement); // submit events are those of forms
    void submit((name) => {
      const value = data.get(name);
      return typeof value === "string" ? value : "";
    });
  });
}

const typing = new Set<string>();
let leave: Stop = () => {};
let stopsTyping: ReturnType<typeof setTimeout> | undefined;

chat.onState((state) => {
  show("state", state);
  // The server tells who is there as soon as there is one again.
  if (state !== "open") show("present", "nobody knows");
});
chat.on("present", ({ names }) => show("present", names.join(", ") || "nobody"));
chat.on("said", ({ by, text }) => {
  const line = document.createElement("li");
  line.textContent = `${by}: ${text}`;
  part("said").append(line);
});
chat.on("typing", ({ name, isTyping }) => {
  if (isTyping) typing.add(name);
  else typing.delete(name);
  show("typing", typing.size === 0 ? "" : `${[...typing].join(", ")} typing ...`);
});

function setTyping(isTyping: boolean): void {
  clearTimeout(stopsTyping);
  if (isTyping === (stopsTyping === undefined)) chat.send("typing", { isTyping });
  stopsTyping = isTyping ? setTimeout(() => setTyping(false), TYPING_MS) : undefined;
}

onSubmit("enter", (field) => {
  leave();
  part("said").replaceChildren();
  // It is said again whenever the connection was lost.
  leave = chat.keep("enter", { name: field("name"), room: field("room") });
});

onSubmit("say", async (field) => {
  const form = part("say") as HTMLFormElement; // so says the page
  const text = field("text");
  form.reset();
  setTyping(false);
  try {
    await chat.request("say", { text });
  } catch (error) {
    show("state", String(error));
  }
});

part("say").addEventListener("input", () => setTyping(true));
