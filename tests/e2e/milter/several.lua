dofile(SCRIPTS .. "/common.lua")
-- Messages of different authors one after another; the one that must not be signed between them.
local conn = connect()
for round = 1, 20 do
  local domain = round % 2 == 0 and "example.test" or "other.test"
  head(conn, {{"From", " joe@" .. domain}, {"Subject", " " .. round}})
  sent(mt.bodystring(conn, "Hi.\r\n"), "body")
  expect_signed(conn)
  check(string.find(mt.getheader(conn, "DKIM-Signature", 0), "d=" .. domain .. ";", 1, true), "another's")
  mail(conn)
  header(conn, {{"From", " a@example.test, b@other.test"}})
  sent(mt.eoh(conn), "eoh")
  check(mt.getreply(conn) == SMFIR_REPLYCODE, "two authors are taken: " .. mt.getreply(conn))
end
mt.disconnect(conn)
