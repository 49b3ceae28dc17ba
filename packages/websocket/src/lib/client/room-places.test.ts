import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MAX_SEEN_ROOMS } from "../protocol/packet.ts";
import { RoomPlaces } from "./room-places.ts";

describe("where a client is in its rooms", () => {
  test("is behind the last message, which is not taken twice", () => {
    const places = new RoomPlaces();
    assert.equal(places.begin(), null);
    assert.equal(places.placed({ room: "a", at: "x-3" }), false);
    assert.equal(places.take({ room: "a", at: "x-4" }), true);
    assert.equal(places.take({ room: "a", at: "x-4" }), false);
    assert.deepEqual(places.begin(), { a: "x-4" });
  });

  test("is asked for where a message is missing, and nothing is taken until the server goes back", () => {
    const places = new RoomPlaces();
    places.placed({ room: "a", at: "x-1" });
    assert.deepEqual(places.take({ room: "a", at: "x-3" }), { a: "x-1" });
    assert.equal(places.take({ room: "a", at: "x-4" }), false);
    assert.equal(places.placed({ room: "a", at: "x-9" }), false, "an earlier word of the server");
    assert.equal(places.placed({ room: "a", at: "x-1", resumed: true }), false);
    for (const number of [2, 3, 4]) assert.equal(places.take({ room: "a", at: `x-${number}` }), true);
  });

  test("is another one where messages are missed, and none where the room is left", () => {
    const places = new RoomPlaces();
    places.placed({ room: "a", at: "x-9" });
    places.begin();
    assert.equal(places.placed({ room: "a", at: "y-0", resumed: true, missed: true }), true);
    assert.equal(places.take({ room: "a", at: "y-1" }), true);
    places.placed({ room: "a", at: null });
    assert.equal(places.begin(), null);
  });

  test("is known of so many rooms", () => {
    const places = new RoomPlaces();
    for (let room = 0; room <= MAX_SEEN_ROOMS; room++) places.placed({ room: `${room}`, at: "x-1" });
    const seen = places.begin() ?? {};
    assert.equal(Object.keys(seen).length, MAX_SEEN_ROOMS);
    assert.equal(seen["0"], undefined);
  });
});
