import { AddressSet, ArmatureError, type ProxyProtocolOptions } from "@armature/http";

/**
 * Checks the option `proxyProtocol`.
 * @throws ArmatureError `E_OPTION_INVALID` where it names no proxies, `E_ADDRESS_INVALID` where it names what is none
 */
export function resolveProxies(options: ProxyProtocolOptions): AddressSet {
  // Checked here, because JavaScript can pass anything.
  const given: unknown = options;
  const from = typeof given === "object" && given !== null && "from" in given ? given.from : undefined;
  const members: unknown = typeof from === "string" ? [from] : from;
  if (isTextList(members)) return AddressSet.of(members);
  throw new ArmatureError(
    "E_OPTION_INVALID",
    `The listen option "proxyProtocol" names the proxies that speak it, e.g. { from: ["10.0.0.0/8"] } (got ${JSON.stringify(given)}).`,
  );
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((member) => typeof member === "string");
}
