-- KEYS: an answer and its lease. ARGV: whom the lease is for, its milliseconds, and the mark of an answer that the
-- caller has found outdated ('' for none). Returns the answer; or 1 with the lease; or 0 while another one holds it.
local kept = redis.call('GET', KEYS[1])
if kept and (ARGV[3] == '' or string.sub(kept, 1, #ARGV[3]) ~= ARGV[3]) then
    return kept
end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
    return 1
end
return 0
