-- Settles what one process has spent of a caller's tokens and leases it new ones, for every window at once (GCRA).
--
-- A window's state is its theoretical arrival time (`tat`, in microseconds of Redis' clock): the instant at which all
-- that was spent is refilled. A lease is neither spent nor free; its holder spends it without asking. That of a holder
-- who has not come back in time counts as spent.
--
-- KEYS[1]  the caller: a hash of a `tat` for each window and `lease:<holder>` = "tokens until"
-- ARGV     holder, tokens spent since its last call, tokens wanted, microseconds that a lease lasts,
--          then for each window: name, limit, microseconds a token takes to be refilled
-- Returns  tokens leased, then for each window: free tokens, microseconds until one is free, until all are
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local mine = 'lease:' .. ARGV[1]
local spent, wanted, life = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local stored, held = {}, 0
local state = redis.call('HGETALL', KEYS[1])
for at = 1, #state, 2 do
  local field, value = state[at], state[at + 1]
  if string.sub(field, 1, 6) ~= 'lease:' then
    stored[field] = tonumber(value)
  elseif field ~= mine then
    local tokens, ends = string.match(value, '^(%d+) (%d+)$')
    if tonumber(ends) <= now then
      spent = spent + tokens
      redis.call('HDEL', KEYS[1], field)
    else
      held = held + tokens
    end
  end
end

local tats, granted = {}, wanted
for at = 5, #ARGV, 3 do
  local limit, interval = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local tat = math.max(math.max(stored[ARGV[at]] or now, now) + spent * interval, now)
  tats[#tats + 1] = tat
  granted = math.min(granted, math.floor(limit - held - (tat - now) / interval + 1e-9))
end
granted = math.max(granted, 0)

local reply, longest = {granted}, life
for at = 5, #ARGV, 3 do
  local limit, interval = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local tat = tats[(at - 2) / 3]
  local free = limit - held - granted - (tat - now) / interval
  redis.call('HSET', KEYS[1], ARGV[at], string.format('%.0f', tat))
  reply[#reply + 1] = math.max(math.floor(free + 1e-9), 0)
  reply[#reply + 1] = math.max(math.ceil((1 - free) * interval), 0)
  reply[#reply + 1] = math.max(math.ceil(tat - now + (held + granted) * interval), 0)
  longest = math.max(longest, tat - now)
end
if granted > 0 then
  redis.call('HSET', KEYS[1], mine, string.format('%d %.0f', granted, now + life))
else
  redis.call('HDEL', KEYS[1], mine)
end
redis.call('PEXPIRE', KEYS[1], math.ceil((longest + life) / 1000))
return reply
