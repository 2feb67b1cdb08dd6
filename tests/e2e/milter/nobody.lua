dofile(SCRIPTS .. "/common.lua")
-- A body of an empty line, which counts as none; miltertest makes up a body where it is told none, and
-- waits for ever after a piece of no octets. agent_test.py has mail that ends with its header.
local conn = connect()
head(conn)
sent(mt.bodystring(conn, "\r\n"), "body")
expect_signed(conn)
show(conn)
mt.disconnect(conn)
