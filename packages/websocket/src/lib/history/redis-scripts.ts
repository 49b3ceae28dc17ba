/**
 * Names what is kept of a room: anew whenever another Redis answers, as one that was started again, or a replica in the place of its primary. It
 * may have gone back, and what was numbered then is not what is numbered now; up to where the room stands, the old name and the new one mean
 * the same messages.
 *
 * The function is given the state of a room and a name for one that begins, and gives the name of the room.
 */
const ENTER = `
local info = redis.pcall("INFO", "server")
local run = type(info) == "string" and string.match(info, "run_id:(%x+)") or ""
local function enter(state, name)
  local known = redis.call("HMGET", state, "epoch", "run", "last")
  if known[1] and known[2] == run then return known[1] end
  if known[1] then redis.call("HSET", state, "end:" .. known[1], known[3] or "0") end
  redis.call("HSET", state, "epoch", name, "run", run)
  return name
end`;

/**
 * Keeps a batch of messages and tells of them, or gives the ids of a batch that came before: it is sent again where its reply was lost.
 *
 * KEYS: stream to tell of messages, how many were told of, memo of the sender; for each message the stream, state and keys of its room.
 * ARGV: number of the batch, time to live of its memo and of states, epoch of rooms that begin, messages kept of a room, time to live
 * of a room, messages kept to tell of; for each message room, event, JSON and key.
 */
export const APPEND: string = `${ENTER}
local memo = redis.call("HMGET", KEYS[3], "batch", "ids")
if memo[1] == ARGV[1] then return cjson.decode(memo[2]) end
local ids = {}
for m = 0, (#KEYS - 3) / 3 - 1 do
  local stream, state, keys = KEYS[4 + m * 3], KEYS[5 + m * 3], KEYS[6 + m * 3]
  local room, event, json, key = unpack(ARGV, 7 + m * 4, 10 + m * 4)
  local known = key ~= "" and redis.call("HGET", keys, key)
  if known then
    ids[m + 1] = known
  else
    local epoch = enter(state, ARGV[3])
    local number = redis.call("HINCRBY", state, "last", 1)
    if number == 1 then redis.call("DEL", stream, keys) end
    local id = epoch .. "-" .. string.format("%d", number)
    redis.call("XADD", stream, string.format("%d", number) .. "-0", "event", event, "json", json, "key", key)
    if key ~= "" then redis.call("HSET", keys, key, id) end
    while redis.call("XLEN", stream) > tonumber(ARGV[4]) do
      local oldest = redis.call("XRANGE", stream, "-", "+", "COUNT", 1)[1]
      if oldest[2][6] ~= "" then redis.call("HDEL", keys, oldest[2][6]) end
      redis.call("XDEL", stream, oldest[1])
    end
    redis.call("PEXPIRE", stream, ARGV[5])
    redis.call("PEXPIRE", keys, ARGV[5])
    redis.call("PEXPIRE", state, ARGV[2])
    local told = string.format("%d", redis.call("INCR", KEYS[2]))
    redis.call("XADD", KEYS[1], "MAXLEN", "~", ARGV[6], "*", "n", told, "room", room, "at", id, "event", event, "json", json)
    ids[m + 1] = id
  end
end
redis.call("HSET", KEYS[3], "batch", ARGV[1], "ids", cjson.encode(ids))
redis.call("PEXPIRE", KEYS[3], ARGV[2])
return ids`;

/**
 * Reads a page: epoch, number of the newest message, number behind which the page begins, whether messages are missed, and the entries.
 *
 * KEYS: stream and state of the room. ARGV: epoch of a room that begins, time to live of its state, epoch and number of the message behind
 * which to read (the number is "" for none), messages of a page.
 */
export const READ: string = `${ENTER}
local epoch = enter(KEYS[2], ARGV[1])
redis.call("PEXPIRE", KEYS[2], ARGV[2])
local last = tonumber(redis.call("HGET", KEYS[2], "last") or "0")
if ARGV[4] == "" then return {epoch, last, last, 0, {}} end
local oldest = redis.call("XRANGE", KEYS[1], "-", "+", "COUNT", 1)[1]
local first = oldest and tonumber(string.match(oldest[1], "^%d+")) or last + 1
local after, missed = tonumber(ARGV[4]), 0
local most = ARGV[3] == epoch and last or tonumber(redis.call("HGET", KEYS[2], "end:" .. ARGV[3]) or "-1")
if after > most then after, missed = most, 1 end
if after + 1 < first then after, missed = first - 1, 1 end
local from = string.format("%d", after + 1) .. "-0"
return {epoch, last, after, missed, redis.call("XRANGE", KEYS[1], from, "+", "COUNT", ARGV[5])}`;
