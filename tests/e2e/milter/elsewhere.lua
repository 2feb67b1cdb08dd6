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
expect_refused(conn, {{"From", " sue@other.test"}}, "joe@example.test")
mt.disconnect(conn)
