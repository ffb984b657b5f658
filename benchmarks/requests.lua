-- Sends random requests of a file: method, path, body and headers (Name=value), separated by tabs.
-- Used as: wrk ... -s requests.lua URL -- FILE SEED

local number = 0
function setup(thread)
  thread:set("number", number)
  number = number + 1
end

local made = {}
function init(arguments)
  -- Each thread draws its own numbers; lower-numbered results of a fresh generator are alike, so some are skipped.
  math.randomseed(tonumber(arguments[2]) + number)
  for _ = 1, 10 do math.random() end
  for line in io.lines(arguments[1]) do
    local parts = {}
    for part in (line .. "\t"):gmatch("(.-)\t") do parts[#parts + 1] = part end
    local headers = { Host = wrk.headers["Host"] }
    for position = 4, #parts do
      local name, value = parts[position]:match("^(.-)=(.*)$")
      headers[name] = value
    end
    made[#made + 1] = wrk.format(parts[1], parts[2], headers, parts[3] ~= "" and parts[3] or nil)
  end
end

function request()
  return made[math.random(#made)]
end
