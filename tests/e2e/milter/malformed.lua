dofile(SCRIPTS .. "/common.lua")
-- No From, several, two authors, bare CR and bare LF in the body: refused, never signed.
local conn = connect()
for _, fields in ipairs({{{"To", " sue@dest.example"}}, {ORDINARY[1], ORDINARY[1]},
                         {{"From", " joe"}}, {{"From", ""}}}) do
  expect_refused(conn, fields)
end
for _, body in ipairs({"one\ntwo\r\n", "one\rtwo\r\n", "one\n"}) do
  head(conn)
  sent(mt.bodystring(conn, body), "body")
  expect_unsigned(conn, SMFIR_REPLYCODE)
end
head(conn)
expect_signed(conn)
mt.disconnect(conn)
