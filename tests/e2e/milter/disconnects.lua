dofile(SCRIPTS .. "/common.lua")
-- A connection that is cut at each step takes nothing along.
for step = 0, 5 do
  local conn = connect()
  if step > 0 then mail(conn) end
  if step > 1 then header(conn, ORDINARY) end
  if step > 2 then sent(mt.eoh(conn), "eoh") end
  if step > 3 then sent(mt.bodystring(conn, "Hi.\r\n"), "body") end
  if step > 4 then expect_signed(conn) end
  mt.disconnect(conn, false)
end
