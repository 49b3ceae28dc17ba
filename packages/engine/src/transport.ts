export { ConnectionPool, type Door, type PoolOptions } from "./lib/connection-pool.ts";
export { type ListenPlan, resolveListenOptions } from "./lib/listen-options.ts";
export { addressOf, bind } from "./lib/listen/bind.ts";
export type { ListenTarget } from "./lib/listen/listen-target.ts";
export { open } from "./lib/proxy-protocol/open.ts";
export type { StartableTransport } from "./lib/proxy-protocol/proxied-transport.ts";
export { noTls } from "./lib/tls/no-tls.ts";
export type { Transport, TransportUser } from "./lib/transport/transport.ts";
