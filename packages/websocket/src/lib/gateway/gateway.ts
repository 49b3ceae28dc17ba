import { Controller, Get, type Awaitable, type Context, type PublicMethodContext } from "@armature/core";
import { ArmatureError } from "@armature/http";
import type { EventName, Messages, ReceivedData, SentReply } from "../protocol/message-map.ts";
import { GatewayPlan, type GatewayCalls, type ReceivedMessage, type SocketClose } from "./gateway-plan.ts";
import type { Socket } from "./socket.ts";
import { splitOptions } from "./split-options.ts";
import { openSocket, type GatewayOptions } from "./websocket.ts";

/** What a gateway class may do beside its events. */
export interface GatewayHooks<TMessages extends Messages = Messages> {
  /** A socket is open; nothing of it has been read. What it throws closes the socket with 1011. */
  onOpen?(socket: Socket<TMessages>): unknown;
  /** A socket is closed, and in no room any more. */
  onClose?(socket: Socket<TMessages>, close: SocketClose): unknown;
  /** Something threw, and no HttpError. Default: it is logged, as is what this throws. */
  onError?(error: unknown, socket: Socket<TMessages>): unknown;
}

/** A method that handles an event. */
export type EventMethod<
  TThis,
  TMessages extends Messages,
  TEvent extends EventName<TMessages["fromClient"]>,
> = (
  this: TThis,
  data: ReceivedData<TMessages["fromClient"], TEvent>,
  socket: Socket<TMessages>,
  message: ReceivedMessage,
) => Awaitable<SentReply<TMessages["fromClient"], TEvent>>;

const KEY = Symbol.for("armature.gateway");

/** Names of methods by their events. */
type EventMethods = Map<string, string>;

/** The method under which a gateway takes requests over. */
const ACCEPT = "acceptSocket";

/**
 * Makes a class a gateway: a controller, listed among those of its module, whose methods handle the events of WebSockets.
 *
 * @throws ArmatureError `E_GATEWAY_EVENT` where events have no method; `E_WEBSOCKET_LIMIT`, `E_WEBSOCKET_OPTION`
 * @example
 * @Gateway("/chat", { messages, rooms })
 * class ChatGateway {
 *   readonly #users = inject(UserService);
 *
 *   @On(messages, "say")
 *   say({ text }: { text: string }, socket: Socket<typeof messages>) {
 *     rooms.to("lobby").emit("said", { by: this.#users.nameOf(socket.id), text });
 *   }
 * }
 */
export function Gateway<TMessages extends Messages>(
  path: string,
  options: GatewayOptions<TMessages>,
): <T extends new () => object>(type: T, context: ClassDecoratorContext<T>) => void {
  const { messages, rooms, checkMessages, ...others } = options;
  const { endpoint, route } = splitOptions(others);
  const plan = new GatewayPlan(endpoint, { messages, rooms, checkMessages });
  return (type, context) => {
    const methods = methodsOf(context.metadata);
    plan.checkHandled(methods.keys(), type.name);
    Object.defineProperty(type.prototype, ACCEPT, {
      value(this: GatewayInstance, request: Context): void {
        openSocket(request, plan, callsOf(this, methods));
      },
    });
    Controller(path)(type, context);
    Get("/", route)(() => undefined, methodContext(context.metadata));
  };
}

/**
 * Makes a method the handler of an event; its data has passed the schema, and what it returns is the reply.
 *
 * @throws ArmatureError `E_GATEWAY_EVENT` for a method that cannot be called from outside
 */
export function On<TMessages extends Messages, TEvent extends EventName<TMessages["fromClient"]>>(
  _messages: TMessages,
  event: TEvent,
): <TThis>(method: EventMethod<TThis, TMessages, TEvent>, context: PublicMethodContext<TThis>) => void {
  return (_method, context) => {
    // The compiler says more of a method than the type asks for.
    const { metadata } = context as unknown as ClassMethodDecoratorContext;
    methodsOf(metadata).set(event, context.name);
  };
}

/** The methods of the class that is being decorated; those of a base class are among them. */
function methodsOf(metadata: DecoratorMetadataObject | undefined): EventMethods {
  if (metadata === undefined)
    throw new ArmatureError(
      "E_DECORATOR_METADATA",
      "Decorators need Symbol.metadata before the first decorated class; import armature before your own modules.",
    );
  const inherited = metadata[KEY] as EventMethods | undefined; // only this function writes under the key
  if (Object.hasOwn(metadata, KEY) && inherited !== undefined) return inherited;
  const own: EventMethods = new Map(inherited);
  metadata[KEY] = own;
  return own;
}

type GatewayInstance = GatewayHooks & Readonly<Record<string, unknown>>;

type AnyMethod = (data: unknown, socket: Socket, message: ReceivedMessage) => unknown;

function callsOf(gateway: GatewayInstance, methods: ReadonlyMap<string, string>): GatewayCalls {
  return {
    open: (socket) => gateway.onOpen?.(socket),
    event: (message, data, socket) => {
      // On() stood on this method, and its type has held it against the event.
      const method = gateway[methods.get(message.event) ?? ""] as AnyMethod;
      return method.call(gateway, data, socket, message);
    },
    close: (socket, close) => gateway.onClose?.(socket, close),
    error: (error, socket) => {
      const taken = gateway.onError?.(error, socket);
      return taken instanceof Promise ? taken : gateway.onError !== undefined;
    },
  };
}

/** The method that takes requests over, as the compiler would say it to a decorator. */
function methodContext(metadata: DecoratorMetadataObject): PublicMethodContext<object> {
  const context = { kind: "method", name: ACCEPT, static: false, private: false, metadata } as const;
  return { ...context, access: { has: () => true } };
}
