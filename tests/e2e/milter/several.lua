dofile(SCRIPTS .. "/common.lua")
-- Messages of different authors one after another; the one that must not be signed between them.
local conn = connect()
for round = 1, 20 do
  local domain = round % 2 == 0 and "example.test" or "other.test"
  head(conn, {{"From", " joe@" .. domain}, {"Subject", " " .. round}})
  sent(mt.bodystring(conn, "Hi.\r\n"), "body")
  expect_signed(conn)
  check(string.find(mt.getheader(conn, "DKIM-Signature", 0), "d=" .. domain .. ";", 1, true), "another's")
  expect_refused(conn, {{"From", " a@example.test, b@other.test"}})
end
mt.disconnect(conn)
