-- KEYS: an answer and its lease. ARGV: whom the lease is for, and the answer with its milliseconds, if there is one.
if ARGV[2] then
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
if redis.call('GET', KEYS[2]) == ARGV[1] then
    redis.call('DEL', KEYS[2])
end
