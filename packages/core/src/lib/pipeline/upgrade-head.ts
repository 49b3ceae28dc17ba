import { hasField, type FieldList, type ResponseHead } from "@armature/http";

/**
 * Puts the head of a 101 together: the fields of the new protocol, behind those of stages that can stand beside them.
 * @param own the fields of stages, names in lower case
 */
export function upgradeHead(head: ResponseHead, own: FieldList): ResponseHead {
  const given = head.fields ?? [];
  const kept = own.flatMap((name, at) =>
    at % 2 === 0 && !OF_THE_SWITCH.test(name) && !hasField(given, name) ? [name, own[at + 1] ?? ""] : [],
  );
  return { ...head, fields: [...kept, ...given] };
}

/** What a 101 has not, or what the new protocol alone may say. */
const OF_THE_SWITCH =
  /^(?:connection|upgrade|keep-alive|te|trailer|transfer-encoding|content-(?:encoding|length|range|type)|sec-websocket-.*)$/;
