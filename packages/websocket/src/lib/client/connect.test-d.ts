import { z } from "zod";
import { defineMessages } from "../protocol/message-map.ts";
import { connect } from "./connect.ts";

const messages = defineMessages({
  fromClient: {
    say: z.object({ at: z.string().transform(Number) }),
    time: { data: z.null(), reply: z.string().transform(Number) },
  },
  fromServer: { said: z.object({ text: z.string() }), name: { data: z.null(), reply: z.string() } },
});

/** Never called; what compiles is what is tested. */
export async function types(): Promise<void> {
  const chat = connect("ws://localhost", { messages });
  chat.send("say", { at: "1" });
  // @ts-expect-error what is sent is what the schema takes
  chat.send("say", { at: 1 });
  // @ts-expect-error there is no such event
  chat.send("said", { text: "x" });
  const time: number = await chat.request("time", null);
  // @ts-expect-error this event has no reply
  await chat.request("say", { at: "1" });
  chat.on("said", ({ text }) => void text.length);
  // @ts-expect-error there is no such event
  chat.on("say", () => {});
  chat.answer("name", () => `Ada ${time}`);
  // @ts-expect-error the reply is a text
  chat.answer("name", () => time);
  // @ts-expect-error this event has no reply
  chat.answer("said", () => {});
  for await (const message of chat)
    if (message.event === "said") message.data.text.length.toFixed();
    else message.data satisfies null;

  const typed = connect<typeof messages>(new URL("ws://localhost"));
  typed.send("say", { at: "1" });

  const any = connect("ws://localhost");
  any.send("anything", { goes: true });
  const reply: unknown = await any.request("anything", 1);
  any.on("anything", (data) => void [data, reply]);
}
