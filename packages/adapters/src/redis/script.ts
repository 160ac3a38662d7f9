import { createHash } from "node:crypto";

/**
 * Judges and moves counters by the time of the Redis server. Counters that belong together are a group: all of it is counted, or nothing.
 *
 * KEYS: one key a counter. ARGV: one text a counter, `kind limit period start amount force`: `s` for a sliding and `f` for a fixed window, a
 * capital where a group begins; periods in ms, start in ms or `-`; force `0` or `1`.
 * Answers with one text: groups joined by `;`, their counters by `,`, each `admitted count retryAfter resetAfter`: times in ms, -1 for never. A
 * group whose key holds something else is `!` and what is wrong with it.
 *
 * A sliding window is a list of entries of six doubles: when; how much; the sum of all amounts up to and with this one; the longest period
 * that anybody asked for; when the first entry of the list was; the sum before it. The sums make every question one of two entries, and
 * most calls read the last entry only. Counts of one millisecond share an entry. From 8,192 entries on those of one 8,192nd of the longest
 * period share one, at the later time: a key then holds at most 16,386 entries, and what the window says errs on the side of refusing by that
 * part of its period. Keys live for up to a quarter of the period longer than their last entry, so that their life is renewed four times in
 * it, not with each count.
 *
 * A fixed window is two doubles: when the period began, and what it holds.
 *
 * What Redis spends goes for the greater part into making functions and tables. So the call that comes most often, one counter that has room
 * for it and for the next, has a short way of its own, and all else is put together when it is first needed.
 */
export const SCRIPT = `
local FINE = 8192
local call, pack, unpack, floor = redis.call, struct.pack, struct.unpack, math.floor
local match, format = string.match, string.format
local clock = call('TIME')
local now = clock[1] * 1000 + floor(clock[2] / 1000)

local general
local function generally()
  if general then return general end

  local function entry(key, i)
    local value = call('LINDEX', key, i)
    if not value then return nil end
    local time, amount, sum = unpack('>ddd', value)
    return { time = time, amount = amount, sum = sum }
  end

  local function rewrite(key, i, e)
    local value = call('LINDEX', key, i)
    call('LSET', key, i, pack('>ddd', e.time, e.amount, e.sum) .. string.sub(value, 25))
  end

  -- The first entry from an index on for which the condition holds, and its index; nil if there is none. It has to hold for all behind it as
  -- well. Looks near the index first: most often it is there.
  local function find(key, from, holds)
    local low, high, found = from, nil, nil
    local step = 1
    while not high or low < high do
      local probe = high and floor((low + high) / 2) or low + step - 1
      local e = entry(key, probe)
      if not e or holds(e) then
        high, found = probe, e
      else
        low = probe + 1
        step = step * 2
      end
    end
    return found, high
  end

  -- The server's clock was set back: times that lie ahead become now.
  local function bringBack(w)
    local i = call('LLEN', w.key) - 1
    while i >= 0 do
      local e = entry(w.key, i)
      if e.time <= now then break end
      e.time = now
      rewrite(w.key, i, e)
      i = i - 1
    end
    w.time = now
    w.head = math.min(w.head, now)
  end

  local function trim(w, edge)
    local first, gone = find(w.key, 0, function(e) return e.time > edge end)
    if gone > 0 then call('LTRIM', w.key, gone, -1) end
    w.head = first.time
    w.base = first.sum - first.amount
  end

  local function countSince(w, edge)
    local e = find(w.key, 0, function(e) return e.time > edge end)
    return e and w.sum - e.sum + e.amount or 0
  end

  -- When so many have left that no more than that are left.
  local function timeOfRoom(w, most)
    return find(w.key, 0, function(e) return w.sum - e.sum <= most end).time
  end

  local function takeBack(w, left)
    while left > 0 and w.time do
      if w.amount > left then
        w.amount = w.amount - left
        w.sum = w.sum - left
        left = 0
      else
        left = left - w.amount
        call('RPOP', w.key)
        local e = entry(w.key, -1)
        w.time = e and e.time
        if e then w.amount, w.sum = e.amount, e.sum end
      end
    end
    if w.time then call('LSET', w.key, -1, pack('>dddddd', w.time, w.amount, w.sum, w.retention, w.head, w.base)) end
  end

  local function openSliding(key)
    local value = call('LINDEX', key, -1)
    if not value then return { key = key } end
    if #value ~= 48 then error({ err = 'WRONGTYPE The key holds no sliding window.' }) end
    local time, amount, sum, retention, head, base = unpack('>dddddd', value)
    local w = { key = key, time = time, amount = amount, sum = sum, retention = retention, lives = retention, head = head, base = base }
    if time > now then bringBack(w) end
    return w
  end

  -- What the last period holds.
  local function countSliding(w, period)
    if not w.time then return 0 end
    if w.retention < period then w.retention = period end
    local edge = now - w.retention
    if w.time <= edge then
      call('DEL', w.key)
      w.time = nil
      return 0
    end
    if w.head <= edge then trim(w, edge) end
    if period == w.retention or w.head > now - period then return w.sum - w.base end
    return countSince(w, now - period)
  end

  local function addSliding(w, period, amount)
    if amount < 0 then return takeBack(w, -amount) end
    local before = w.time
    if not before then
      w.sum, w.retention, w.head, w.base = 0, period, now, 0
    end
    local retention = w.retention
    local grain = math.ceil(retention / FINE)
    local isShared = before and floor(before / grain) == floor(now / grain) and (before == now or call('LLEN', w.key) >= FINE)
    w.time = now
    w.sum = w.sum + amount
    w.amount = isShared and w.amount + amount or amount
    local value = pack('>dddddd', now, w.amount, w.sum, retention, w.head, w.base)
    if isShared then call('LSET', w.key, -1, value) else call('RPUSH', w.key, value) end
    local quarter = retention / 4
    if w.lives ~= retention or not before or floor(before / quarter) ~= floor(now / quarter) then
      call('PEXPIRE', w.key, math.ceil(retention + quarter))
      w.lives = retention
    end
  end

  local function openFixed(key)
    local value = call('GET', key)
    if not value then return { key = key, total = 0 } end
    if #value ~= 16 then error({ err = 'WRONGTYPE The key holds no fixed window.' }) end
    local began, total = unpack('>dd', value)
    return { key = key, began = began, total = total }
  end

  local function countFixed(w, period, from)
    local began = w.began
    if from then
      began = period == 0 and from or from + floor((now - from) / period) * period
    elseif began and period > 0 and (now >= began + period or now < began) then
      began = nil
    end
    if began ~= w.began then
      w.began = began
      w.total = 0
    end
    return w.total
  end

  local function addFixed(w, period, amount)
    if not w.began then w.began = now end
    w.total = math.max(0, w.total + amount)
    local value = pack('>dd', w.began, w.total)
    if period == 0 then call('SET', w.key, value) else
      call('SET', w.key, value, 'PX', format('%d', math.max(1, math.ceil(w.began + period - now))))
    end
  end

  function general(from, to)
    local group = {}
    local isCounted = true
    for i = from, to do
      local kind, limit, period, start, amount, force = match(ARGV[i], '^(%a) (%S+) (%S+) (%S+) (%S+) (%d)$')
      local r = { limit = tonumber(limit), period = tonumber(period), start = tonumber(start), amount = tonumber(amount) }
      r.isSliding = kind == 'S' or kind == 's'
      local count = 0
      for _, other in ipairs(group) do
        if other.w.key == KEYS[i] then
          r.w = other.w
          count = count + other.amount
        end
      end
      if r.isSliding then
        r.w = r.w or openSliding(KEYS[i])
        count = count + countSliding(r.w, r.period)
      else
        r.w = r.w or openFixed(KEYS[i])
        count = count + countFixed(r.w, r.period, r.start)
      end
      if r.amount == 0 then r.isAdmitted = count < r.limit else
        r.isAdmitted = force == '1' or r.amount < 0 or count + r.amount <= r.limit
      end
      isCounted = isCounted and r.isAdmitted
      group[#group + 1] = r
    end

    if isCounted then
      for _, r in ipairs(group) do
        if r.amount ~= 0 then
          if r.isSliding then addSliding(r.w, r.period, r.amount) else
            countFixed(r.w, r.period, r.start)
            addFixed(r.w, r.period, r.amount)
          end
        end
      end
    end

    for i, r in ipairs(group) do
      local w, period = r.w, r.period
      local wanted = r.amount > 1 and r.amount or 1
      local most = r.limit - wanted
      local count, retry, reset = 0, 0, 0
      if r.isSliding then
        count = countSliding(w, period)
        if w.time then reset = math.max(0, w.time + period - now) end
        if count > most and most >= 0 then retry = timeOfRoom(w, most) + period - now end
      else
        count = countFixed(w, period, r.start)
        reset = period == 0 and -1 or (w.began or now) + period - now
        if count > most then retry = reset end
      end
      if most < 0 then retry = -1 end
      group[i] = format('%d %d %d %d', r.isAdmitted and 1 or 0, count, retry, reset)
    end
    return table.concat(group, ',')
  end
  return general
end

-- A single counter with room for its amount twice over; nil for all others.
local function quickly(key, argument)
  local kind, limit, period, start, amount, force = match(argument, '^(%a) (%S+) (%S+) (%S+) (%S+) (%d)$')
  limit, period, amount = tonumber(limit), tonumber(period), tonumber(amount)
  if amount <= 0 or force == '1' then return nil end
  if kind == 'F' then
    local value = call('GET', key)
    if not value or #value ~= 16 or period == 0 then return nil end
    local began, total = unpack('>dd', value)
    total = total + amount
    if now < began or now >= began + period or (start ~= '-' and (began - start) % period ~= 0) or total + amount > limit then
      return nil
    end
    local left = began + period - now
    call('SET', key, pack('>dd', began, total), 'PX', format('%d', math.ceil(left)))
    return format('1 %d 0 %d', total, left)
  end

  local value = call('LINDEX', key, -1)
  if not value or #value ~= 48 then return nil end
  local time, own, sum, retention, head, base = unpack('>dddddd', value)
  local edge = now - period
  if time > now or time <= edge or retention ~= period or sum - base + 2 * amount > limit then return nil end
  local gone = 0
  while head <= edge do
    gone = gone + 1
    if gone > 8 then return nil end
    local next = call('LINDEX', key, gone)
    if not next then return nil end
    local nextTime, nextAmount, nextSum = unpack('>ddd', next)
    head, base = nextTime, nextSum - nextAmount
  end
  if gone > 0 then call('LTRIM', key, gone, -1) end
  sum = sum + amount
  local grain = math.ceil(period / FINE)
  if floor(time / grain) == floor(now / grain) and (time == now or call('LLEN', key) >= FINE) then
    call('LSET', key, -1, pack('>dddddd', now, own + amount, sum, period, head, base))
  else
    call('RPUSH', key, pack('>dddddd', now, amount, sum, period, head, base))
  end
  local quarter = period / 4
  if floor(time / quarter) ~= floor(now / quarter) then call('PEXPIRE', key, math.ceil(period + quarter)) end
  return format('1 %d 0 %d', sum - base, period)
end

local function process(from, to)
  return from == to and quickly(KEYS[from], ARGV[from]) or generally()(from, to)
end

local answers = {}
local from, count = 1, #KEYS
while from <= count do
  local to = from
  while to < count and string.byte(ARGV[to + 1]) >= 97 do to = to + 1 end
  local isDone, result = pcall(process, from, to)
  if not isDone then
    local what = type(result) == 'table' and result.err or tostring(result)
    if not string.find(what, 'WRONGTYPE', 1, true) then error(result, 0) end
    result = '!' .. string.gsub(what, '[;,]', ' ')
  end
  answers[#answers + 1] = result
  from = to + 1
end
return table.concat(answers, ';')
`;

/** What Redis knows {@link SCRIPT} by. */
export const SCRIPT_SHA = createHash("sha1").update(SCRIPT).digest("hex");
