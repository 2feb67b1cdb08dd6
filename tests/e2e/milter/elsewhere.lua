dofile(SCRIPTS .. "/common.lua")
-- Mail from elsewhere is accepted at MAIL, and never looked at.
local conn = connect("198.51.100.1")
mail(conn)
check(mt.getreply(conn) == SMFIR_ACCEPT, "looked at: " .. mt.getreply(conn))
mt.disconnect(conn)

-- Who logged in there is not from elsewhere, and is no other customer.
conn = connect("198.51.100.1")
head(conn, ORDINARY, "joe@example.test")
expect_signed(conn)
mail(conn, "joe@example.test")
header(conn, {{"From", " sue@other.test"}})
sent(mt.eoh(conn), "eoh")
check(mt.getreply(conn) == SMFIR_REPLYCODE, "another's signature: " .. mt.getreply(conn))
mt.disconnect(conn)
