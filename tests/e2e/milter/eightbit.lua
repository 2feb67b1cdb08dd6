dofile(SCRIPTS .. "/common.lua")
-- Octets above 127 in header and body, a body in pieces that end between CR and LF, folds as LF.
local conn = connect()
head(conn, {{"From", " J\xc3\xb6rg\n\t<joe@example.test>"}, {"Subject", " caf\xe9\n \xff\xfe folded"},
            {"To", "sue@dest.example"}, {"X-Empty", ""}})
for _, piece in ipairs({"caf\xe9 \xff\r", "\nGr\xc3", "\xbc\xc3\x9fe \t", "\r\n", "\r\n"}) do
  sent(mt.bodystring(conn, piece), "body")
end
expect_signed(conn)
show(conn)
mt.disconnect(conn)
