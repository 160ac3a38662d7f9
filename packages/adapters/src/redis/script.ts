import { createHash } from "node:crypto";

/**
 * Judges and moves all counters of a call, all or nothing, by the time of the Redis server.
 *
 * KEYS: one key a counter. ARGV: six a counter: `s` or `f`, limit, period in ms, start in ms or empty, amount, `1` to force.
 * Answers with one text: `admitted count retryAfter resetAfter` a counter, joined by commas; times in ms, -1 for never.
 *
 * A sliding window is a list of entries `time amount sum retention`: when, how much, the sum of all amounts up to and with this one,
 * and the longest period that anybody asked for. The sums make every question one of two entries, found by halving. Counts of one
 * millisecond share an entry. From 8,192 entries on those of one 8,192nd of the retention share one, at the later time: a key then
 * holds at most 16,386 entries, and what the window says errs on the side of refusing by that part of its period.
 *
 * A fixed window is a text `began total`.
 */
export const SCRIPT = `
local FINE = 8192
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local windows = {}

local function text(n) return string.format('%.17g', n) end

local function split(value)
  local numbers = {}
  for part in string.gmatch(value, '%S+') do numbers[#numbers + 1] = tonumber(part) end
  return numbers
end

local function at(w, i)
  if i == 0 and w.first then return w.first end
  if i == w.length - 1 then return w.last end
  local e = split(redis.call('LINDEX', w.key, i))
  if i == 0 then w.first = e end
  return e
end

local function join(e) return text(e[1]) .. ' ' .. text(e[2]) .. ' ' .. text(e[3]) .. ' ' .. text(e[4]) end

-- The first entry in [from, length) for which the condition holds; length if none does. It has to hold for all behind it as well.
local function find(w, from, holds)
  local low, high = from, w.length
  while low < high do
    local middle = math.floor((low + high) / 2)
    if holds(at(w, middle)) then high = middle else low = middle + 1 end
  end
  return low
end

local function sumFrom(w, i)
  if i >= w.length then return 0 end
  local e = at(w, i)
  return w.last[3] - e[3] + e[2]
end

local function clear(w)
  w.length = 0
  w.first = nil
  w.last = nil
end

local function sliding(key, period)
  local w = windows[key]
  if not w then
    w = { key = key, length = 0 }
    windows[key] = w
    local last = redis.call('LINDEX', key, -1)
    if last then
      w.last = split(last)
      w.length = redis.call('LLEN', key)
      -- The server's clock was set back: times that lie ahead become now.
      local i = w.length - 1
      while i >= 0 do
        local e = at(w, i)
        if e[1] <= now then break end
        e[1] = now
        redis.call('LSET', key, i, join(e))
        i = i - 1
      end
    end
  end
  if w.length > 0 and w.last[4] < period then w.last[4] = period end
  local retention = w.length > 0 and w.last[4] or period
  if w.length > 0 and at(w, 0)[1] <= now - retention then
    local gone = find(w, 1, function(e) return e[1] > now - retention end)
    if gone >= w.length then
      redis.call('DEL', key)
      clear(w)
    else
      redis.call('LTRIM', key, gone, -1)
      w.length = w.length - gone
      w.first = nil
    end
  end
  return w
end

-- The first entry that the last period holds.
local function start(w, period)
  if w.length == 0 or at(w, 0)[1] > now - period then return 0 end
  return find(w, 1, function(e) return e[1] > now - period end)
end

local function addSliding(w, period, amount)
  local key = w.key
  if amount < 0 then
    local left = -amount
    while left > 0 and w.length > 0 do
      local e = w.last
      if e[2] > left then
        e[2] = e[2] - left
        e[3] = e[3] - left
        left = 0
      else
        left = left - e[2]
        redis.call('RPOP', key)
        w.length = w.length - 1
        local retention = e[4]
        if w.length == 0 then clear(w) else
          w.last = split(redis.call('LINDEX', key, -1))
          w.last[4] = retention
        end
      end
    end
    if w.length > 0 then
      if w.length == 1 then w.first = w.last end
      redis.call('LSET', key, -1, join(w.last))
      redis.call('PEXPIRE', key, w.last[4])
    end
    return
  end
  local last = w.last
  if last then
    local grain = w.length >= FINE and math.max(1, math.ceil(last[4] / FINE)) or 1
    if math.floor(last[1] / grain) == math.floor(now / grain) then
      last[1] = now
      last[2] = last[2] + amount
      last[3] = last[3] + amount
      redis.call('LSET', key, -1, join(last))
      redis.call('PEXPIRE', key, last[4])
      if w.length == 1 then w.first = last end
      return
    end
  end
  local e = { now, amount, (last and last[3] or 0) + amount, last and last[4] or period }
  redis.call('RPUSH', key, join(e))
  redis.call('PEXPIRE', key, e[4])
  if w.length == 1 then w.first = last end
  w.length = w.length + 1
  w.last = e
  if w.length == 1 then w.first = e end
end

local function fixed(key, period, from)
  local w = windows[key]
  if not w then
    w = { key = key, total = 0 }
    windows[key] = w
    local value = redis.call('GET', key)
    if value then
      local numbers = split(value)
      w.began = numbers[1]
      w.total = numbers[2]
    end
  end
  local began = w.began
  if from then
    began = period == 0 and from or from + math.floor((now - from) / period) * period
  elseif began and period > 0 and (now >= began + period or now < began) then
    began = nil
  end
  if began ~= w.began then
    w.began = began
    w.total = 0
  end
  return w
end

local function addFixed(w, period, amount)
  if not w.began then w.began = now end
  w.total = math.max(0, w.total + amount)
  local value = text(w.began) .. ' ' .. text(w.total)
  if period == 0 then redis.call('SET', w.key, value) else
    redis.call('SET', w.key, value, 'PX', text(math.max(1, w.began + period - now)))
  end
end

local requests = {}
local ahead = {}
local isCounted = true
for i, key in ipairs(KEYS) do
  local a = (i - 1) * 6
  local r = {
    sliding = ARGV[a + 1] == 's', limit = tonumber(ARGV[a + 2]), period = tonumber(ARGV[a + 3]), from = tonumber(ARGV[a + 4]),
    amount = tonumber(ARGV[a + 5]), force = ARGV[a + 6] == '1'
  }
  requests[i] = r
  local count
  if r.sliding then
    local w = sliding(key, r.period)
    count = sumFrom(w, start(w, r.period))
  else
    count = fixed(key, r.period, r.from).total
  end
  count = count + (ahead[key] or 0)
  if r.amount == 0 then r.admitted = count < r.limit else
    r.admitted = r.force or r.amount < 0 or count + r.amount <= r.limit
  end
  ahead[key] = (ahead[key] or 0) + r.amount
  isCounted = isCounted and r.admitted
end

if isCounted then
  for i, key in ipairs(KEYS) do
    local r = requests[i]
    if r.amount ~= 0 then
      if r.sliding then addSliding(sliding(key, r.period), r.period, r.amount) else
        addFixed(fixed(key, r.period, r.from), r.period, r.amount)
      end
    end
  end
end

local answers = {}
for i, key in ipairs(KEYS) do
  local r = requests[i]
  local wanted = math.max(1, r.amount)
  local count, retry, reset
  if r.sliding then
    local w = sliding(key, r.period)
    local s = start(w, r.period)
    local most = r.limit - wanted
    count = sumFrom(w, s)
    retry = 0
    reset = 0
    if w.length > 0 then reset = math.max(0, w.last[1] + r.period - now) end
    if count > most and most >= 0 then
      local f = find(w, s, function(e) return w.last[3] - e[3] <= most end)
      retry = at(w, f)[1] + r.period - now
    end
  else
    local w = fixed(key, r.period, r.from)
    count = w.total
    reset = r.period == 0 and -1 or (w.began or now) + r.period - now
    retry = count + wanted > r.limit and reset or 0
  end
  if wanted > r.limit then retry = -1 end
  answers[i] = (r.admitted and '1 ' or '0 ') .. text(count) .. ' ' .. text(retry) .. ' ' .. text(reset)
end
return table.concat(answers, ',')
`;

/** What Redis knows {@link SCRIPT} by. */
export const SCRIPT_SHA = createHash("sha1").update(SCRIPT).digest("hex");
