dofile(SCRIPTS .. "/common.lua")
-- A mail server that waits for an answer at the end of the header gets one, and the refusal at the end.
local conn = connect(nil, 0x1bffff)  -- all but SMFIP_NR_EOH
expect_refused(conn, {{"From", " a@example.test, b@other.test"}})
head(conn)
sent(mt.bodystring(conn, "Hi.\r\n"), "body")
expect_signed(conn)
mt.disconnect(conn)
