dofile(SCRIPTS .. "/common.lua")
-- A header close to the bound of a megabyte is signed, one beyond it is refused; a long body is signed.
local conn = connect()
local fields = {ORDINARY[1]}
for n = 1, 1100 do fields[#fields + 1] = {"X-Long", " " .. string.rep("x", 800)} end
head(conn, fields)
for n = 1, 100 do sent(mt.bodystring(conn, string.rep(string.rep("y", 76) .. "\r\n", 800)), "body") end
expect_signed(conn)
for n = 1, 300 do fields[#fields + 1] = {"X-Long", " " .. string.rep("x", 800)} end
expect_refused(conn, fields)
head(conn)
expect_signed(conn)
mt.disconnect(conn)
