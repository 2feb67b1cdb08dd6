dofile(SCRIPTS .. "/common.lua")
-- Fifty connections, every step of all before the next step of any.
local conns = {}
for n = 1, 50 do conns[n] = connect() end
for n = 1, 50 do head(conns[n], {{"From", " joe@" .. (n % 2 == 0 and "example.test" or "other.test")}}) end
for n = 1, 50 do sent(mt.bodystring(conns[n], "Number " .. n .. ".\r\n"), "body") end
local seen = {}
for n = 1, 50 do
  expect_signed(conns[n])
  local value = mt.getheader(conns[n], "DKIM-Signature", 0)
  local domain = n % 2 == 0 and "example.test" or "other.test"
  check(string.find(value, "d=" .. domain .. ";", 1, true), "another's")
  local hash = string.match(value, "bh=([^;]*)")
  check(not seen[hash], "another's body")
  seen[hash] = true
end
for n = 1, 50 do mt.disconnect(conns[n]) end
