-- Takes searches in and out of one pool and mode, and pairs those who look.
--
-- KEYS[1]  prefix of every key, with the pool and mode as hash tag
-- ARGV[1]  MessagePack: a list of {id} to take out, or {id, search} to put in or renew
-- ARGV[2]  how long a search lasts without being renewed, in ms
-- ARGV[3]  seed of the draw
-- ARGV[4]  how many are drawn in one find, besides as many as the search itself refuses
--
-- Returns pairs of ids as MessagePack, the one who looked first; '' for none. Both are out then.
-- A search is
--   o  keys under which it is found      s  lists of groups of keys in which it looks
--   c  its camera wish                   f  the camera wishes that go with it
--   p  the person                        r  persons met lately       a  persons to avoid
--   e  whether those met lately will do  l  whether it looks now     x  when it ends (ms)
-- Kept of it is the person, which can be read without the rest, and what others need to know.
local prefix, lease_ms, draws_max = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local waiters, leases = prefix .. 'waiters', prefix .. 'leases'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local touched, sizes = {}, {}
math.randomseed(tonumber(ARGV[3]))

-- The one without a key holds everybody with that camera wish.
local function bag(camera, key) return prefix .. camera .. key end

-- Asked for once, and counted on from there: a find looks at many bags, of which few change.
local function size_of(name)
  local size = sizes[name]
  if not size then
    size = redis.call('SCARD', name)
    sizes[name] = size
  end
  return size
end

local function put_in_bag(name, id)
  local added = redis.call('SADD', name, id)
  if sizes[name] then sizes[name] = sizes[name] + added end
  touched[name] = true
end

local function take_out_of_bag(name, id)
  local removed = redis.call('SREM', name, id)
  if sizes[name] then sizes[name] = sizes[name] - removed end
end

-- What is kept of this search may be given.
local function take_out(id, search)
  if not search then
    local raw = redis.call('HGET', waiters, id)
    if not raw then return end
    search = select(2, cmsgpack.unpack(raw))
  end
  for _, key in ipairs(search.o) do take_out_of_bag(bag(search.c, key), id) end
  take_out_of_bag(bag(search.c, ''), id)
  redis.call('HDEL', waiters, id)
  redis.call('ZREM', leases, id)
end

-- Nothing of this id may be in.
local function put_in(id, search)
  local kept = {
    o = search.o, c = search.c, r = search.r, a = search.a, e = search.e, x = now + lease_ms
  }
  for _, key in ipairs(kept.o) do put_in_bag(bag(kept.c, key), id) end
  put_in_bag(bag(kept.c, ''), id)
  redis.call('HSET', waiters, id, cmsgpack.pack(search.p, kept))
  redis.call('ZADD', leases, kept.x, id)
  touched[waiters], touched[leases] = true, true
end

local function holds(list, person)
  for _, one in ipairs(list) do if one == person then return true end end
  return false
end

-- A member counts in the first of the bags that holds it.
local function counts_in(bags, chosen, id)
  for before = 1, chosen - 1 do
    if redis.call('SISMEMBER', bags[before], id) == 1 then return false end
  end
  return true
end

-- Return what is kept of a search drawn from a bag, nil where it does not go with mine. Its keys
-- say that it does, but for persons.
local function fitting(mine, bags, chosen, id)
  if not id or mine.passed[id] then return nil end
  local raw = redis.call('HGET', waiters, id)
  if not raw then
    -- Redis has evicted it.
    take_out_of_bag(bags[chosen], id)
    return nil
  end
  local rest, person = cmsgpack.unpack_one(raw)
  if mine.refused[person] then
    mine.passed[id] = true
    return nil
  end
  if not counts_in(bags, chosen, id) then return nil end
  local _, other = cmsgpack.unpack_one(raw, rest)
  if other.x < now then
    take_out(id, other)
    return nil
  end
  local met = mine.met[person] or holds(other.r, mine.p)
  if holds(other.a, mine.p) or (met and not (mine.e and other.e)) then
    mine.passed[id] = true
    return nil
  end
  return other
end

-- Return which of the bags a random member of all of them is in, that hold so many.
local function chosen_of(sizes, total)
  local place, chosen = math.random(total), 1
  while place > sizes[chosen] do
    place = place - sizes[chosen]
    chosen = chosen + 1
  end
  return chosen
end

-- Return how many count as drawn, at most so many, and who fits, with what is kept of its search.
local function draw(mine, group, most)
  local bags, sizes, total = group[1], group[2], group[3]
  local few, many = math.min(8, total, most), math.min(total, most)
  for _ = 1, few do
    local chosen = chosen_of(sizes, total)
    local id = redis.call('SRANDMEMBER', bags[chosen])
    local other = fitting(mine, bags, chosen, id)
    if other then return few, id, other end
  end
  local left, all = {}, {}
  for chosen, size in ipairs(sizes) do left[chosen] = size end
  for drawn = 0, many - 1 do
    local chosen = chosen_of(left, total - drawn)
    left[chosen] = left[chosen] - 1
  end
  for chosen, name in ipairs(bags) do
    local number = sizes[chosen] - left[chosen]
    if number > 0 then
      for _, id in ipairs(redis.call('SRANDMEMBER', name, number)) do
        all[#all + 1] = {chosen, id}
      end
    end
  end
  for last = #all, 1, -1 do
    local place = math.random(last)
    local chosen, id = all[place][1], all[place][2]
    local other = fitting(mine, bags, chosen, id)
    if other then return many, id, other end
    all[place] = all[last]
  end
  return many
end

-- Return the groups that hold somebody, the smallest first: their bags, how many each and all hold.
local function rarest_first(groups, cameras)
  local found = {}
  for _, group in ipairs(groups) do
    local bags, sizes, total = {}, {}, 0
    for _, key in ipairs(group) do
      for _, camera in ipairs(cameras) do
        local name = bag(camera, key)
        local size = size_of(name)
        if size > 0 then
          bags[#bags + 1], sizes[#sizes + 1], total = name, size, total + size
        end
      end
    end
    if total > 0 then found[#found + 1] = {bags, sizes, total} end
  end
  table.sort(found, function(one, other) return one[3] < other[3] end)
  return found
end

-- Each group has a share of the draws, as in memory.
local function find(mine)
  local cameras, left = {}, draws_max + #mine.a + #mine.r
  for _, camera in ipairs(mine.f) do
    if size_of(bag(camera, '')) > 0 then cameras[#cameras + 1] = camera end
  end
  if #cameras == 0 then return nil end
  mine.refused, mine.met, mine.passed = {[mine.p] = true}, {}, {}
  for _, person in ipairs(mine.a) do mine.refused[person] = true end
  for _, person in ipairs(mine.r) do (mine.e and mine.met or mine.refused)[person] = true end
  for entry, groups in ipairs(mine.s) do
    local found = rarest_first(groups, cameras)
    local shares = #found + #mine.s - entry
    for _, group in ipairs(found) do
      local drawn, id, other = draw(mine, group, math.floor(left / shares))
      if id then return id, other end
      left, shares = left - drawn, shares - 1
    end
  end
  return nil
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 50)) do
  take_out(id)
  redis.call('ZREM', leases, id)
end
local pairs_made, paired = {}, {}
for _, operation in ipairs(cmsgpack.unpack(ARGV[1])) do
  local id, search = operation[1], operation[2]
  take_out(id)
  -- Who waited and has just been found need not look any more.
  if search and not paired[id] then
    local other, kept
    if search.l then other, kept = find(search) end
    if other then
      take_out(other, kept)
      paired[other] = true
      pairs_made[#pairs_made + 1] = id
      pairs_made[#pairs_made + 1] = other
    else
      put_in(id, search)
    end
  end
end
-- Who waits is told again within a lease; what is not told any more goes by itself, for no server
-- may be left that would take it out.
for key in pairs(touched) do redis.call('PEXPIRE', key, 2 * lease_ms) end
return #pairs_made > 0 and cmsgpack.pack(pairs_made) or ''
