dofile(SCRIPTS .. "/common.lua")
-- An abort at each step, and then a whole message on the same connection.
local conn = connect()
for step = 1, 5 do
  mail(conn)
  if step > 1 then header(conn, {{"From", " first@other.test"}, {"Subject", " step"}}) end
  if step > 2 then sent(mt.eoh(conn), "eoh") end
  if step > 3 then sent(mt.bodystring(conn, "Some of it.\r\n"), "body") end
  if step > 4 then sent(mt.bodystring(conn, "more, without an end"), "body") end
  sent(mt.abort(conn), "abort")
  head(conn)
  sent(mt.bodystring(conn, "Hi.\r\n"), "body")
  expect_signed(conn)
  check(string.find(mt.getheader(conn, "DKIM-Signature", 0), "d=example.test;", 1, true), "another's")
end
sent(mt.abort(conn), "abort after the end")
head(conn)
expect_signed(conn)
mt.disconnect(conn)
