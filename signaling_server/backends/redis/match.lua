-- Takes searches in and out of one pool and mode, and pairs those who look.
--
-- KEYS[1]  prefix of every key, with the pool and mode as hash tag
-- ARGV[1]  MessagePack: a list of {id} to take out, or {id, search} to put in or renew
-- ARGV[2]  how long a search lasts without being renewed, in ms
-- ARGV[3]  seed of the draw
--
-- Returns pairs of ids, the one who looked first. Both are out then. A search is
--   o  keys under which it is found      s  lists of groups of keys in which it looks
--   c  its camera wish                   f  the camera wishes that go with it
--   p  the person                        r  persons met lately       a  persons to avoid
--   e  whether those met lately will do  l  whether it looks now     x  when it ends (ms)
local prefix, lease_ms = KEYS[1], tonumber(ARGV[2])
local waiters, leases, cameras = prefix .. 'waiters', prefix .. 'leases', prefix .. 'cameras'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
math.randomseed(tonumber(ARGV[3]))

local function bag(camera, key) return prefix .. camera .. key end

local function take_out(id)
  local raw = redis.call('HGET', waiters, id)
  if not raw then return end
  local search = cmsgpack.unpack(raw)
  for _, key in ipairs(search.o) do redis.call('SREM', bag(search.c, key), id) end
  redis.call('HDEL', waiters, id)
  redis.call('ZREM', leases, id)
  redis.call('HINCRBY', cameras, search.c, -1)
end

local function put_in(id, search)
  take_out(id)
  search.x = now + lease_ms
  for _, key in ipairs(search.o) do redis.call('SADD', bag(search.c, key), id) end
  redis.call('HSET', waiters, id, cmsgpack.pack(search))
  redis.call('ZADD', leases, search.x, id)
  redis.call('HINCRBY', cameras, search.c, 1)
end

local function holds(list, person)
  for _, one in ipairs(list) do if one == person then return true end end
  return false
end

-- Whether the search of this id goes with mine; its keys say so already, but for persons.
local function fits(mine, id)
  local raw = redis.call('HGET', waiters, id)
  if not raw then return false end
  local other = cmsgpack.unpack(raw)
  if other.x < now or other.p == mine.p then return false end
  if holds(mine.a, other.p) or holds(other.a, mine.p) then return false end
  local met = holds(mine.r, other.p) or holds(other.r, mine.p)
  return not met or (mine.e and other.e)
end

-- A member counts in the first of the bags that holds it.
local function counts_in(bags, chosen, id)
  for before = 1, chosen - 1 do
    if redis.call('SISMEMBER', bags[before], id) == 1 then return false end
  end
  return true
end

local function draw(mine, bags, sizes, total)
  for _ = 1, math.min(8, total) do
    local place, chosen = math.random(total), 1
    while place > sizes[chosen] do
      place = place - sizes[chosen]
      chosen = chosen + 1
    end
    local id = redis.call('SRANDMEMBER', bags[chosen])
    if counts_in(bags, chosen, id) and fits(mine, id) then return id end
  end
  local all = {}
  for chosen, name in ipairs(bags) do
    for _, id in ipairs(redis.call('SRANDMEMBER', name, 128 + #mine.a + #mine.r)) do
      if counts_in(bags, chosen, id) then all[#all + 1] = id end
    end
  end
  for last = #all, 1, -1 do
    local place = math.random(last)
    if fits(mine, all[place]) then return all[place] end
    all[place] = all[last]
  end
end

local function find(mine)
  local fitting = {}
  for _, camera in ipairs(mine.f) do
    if tonumber(redis.call('HGET', cameras, camera) or 0) > 0 then fitting[#fitting + 1] = camera end
  end
  for _, groups in ipairs(mine.s) do
    local found = {}
    for _, group in ipairs(groups) do
      local bags, sizes, total = {}, {}, 0
      for _, key in ipairs(group) do
        for _, camera in ipairs(fitting) do
          local size = redis.call('SCARD', bag(camera, key))
          if size > 0 then
            bags[#bags + 1], sizes[#sizes + 1], total = bag(camera, key), size, total + size
          end
        end
      end
      if total > 0 then found[#found + 1] = {bags, sizes, total} end
    end
    table.sort(found, function(one, other) return one[3] < other[3] end)
    for _, group in ipairs(found) do
      local id = draw(mine, group[1], group[2], group[3])
      if id then return id end
    end
  end
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 50)) do
  take_out(id)
end
local pairs_made, paired = {}, {}
for _, operation in ipairs(cmsgpack.unpack(ARGV[1])) do
  local id, search = operation[1], operation[2]
  take_out(id)
  -- Who waited and has just been found need not look any more.
  if search and not paired[id] then
    local other = search.l and find(search)
    if other then
      take_out(other)
      paired[other] = true
      pairs_made[#pairs_made + 1] = id
      pairs_made[#pairs_made + 1] = other
    else
      put_in(id, search)
    end
  end
end
return pairs_made
