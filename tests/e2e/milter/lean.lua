dofile(SCRIPTS .. "/common.lua")
-- What the filter asks for: the right to add header fields, no more, and few events.
local conn = connect()
check(mt.test_action(conn, SMFIF_ADDHDRS), "cannot add")
for _, other in ipairs({SMFIF_CHGBODY, SMFIF_ADDRCPT, SMFIF_DELRCPT, SMFIF_CHGHDRS, SMFIF_QUARANTINE,
                        SMFIF_CHGFROM}) do
  check(not mt.test_action(conn, other), "may do more: " .. other)
end
for _, step in ipairs({SMFIP_NOHELO, SMFIP_NORCPT, SMFIP_NOUNKNOWN, SMFIP_NODATA, SMFIP_NR_CONN,
                       SMFIP_NR_HDR, SMFIP_NR_BODY, SMFIP_HDR_LEADSPC}) do
  check(mt.test_option(conn, step), "not negotiated: " .. step)
end
mt.disconnect(conn)
