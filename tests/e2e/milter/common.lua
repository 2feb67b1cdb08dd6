-- What the scripts share: the mail server's part of the milter protocol, in a few words. SOCKET comes
-- from the command line (miltertest -D).

-- miltertest ends with 1 at an error, and does not say which.
function check(holds, what)
  if holds then return end
  mt.echo("FAILED: " .. what .. "\n" .. debug.traceback())
  error(what)
end

-- nil is success for every function of miltertest's.
function sent(answer, what)
  check(answer == nil, what .. ": " .. tostring(answer))
end

-- `steps`: what the filter may leave out; nil: everything that miltertest knows.
function connect(address, steps)
  local conn = mt.connect(SOCKET, 100, 0.1)
  check(conn ~= nil, "no connection")
  sent(mt.negotiate(conn, nil, steps, nil), "negotiate")
  sent(mt.conninfo(conn, "client.example.test", address or "127.0.0.1"), "conninfo")
  return conn
end

function mail(conn, identity)
  mt.macro(conn, SMFIC_MAIL, "i", "4Queue", "{auth_authen}", identity or "")
  sent(mt.mailfrom(conn, "<joe@example.test>"), "mailfrom")
end

function header(conn, fields)
  for _, field in ipairs(fields) do sent(mt.header(conn, field[1], field[2]), "header " .. field[1]) end
end

ORDINARY = {{"From", " Joe <joe@example.test>"}, {"To", " sue@dest.example"}, {"Subject", " hello"}}

-- Up to the end of the header, which the filter wants more of.
function head(conn, fields, identity)
  mail(conn, identity)
  header(conn, fields or ORDINARY)
  sent(mt.eoh(conn), "eoh")
  check(mt.getreply(conn) == SMFIR_CONTINUE, "the header is not enough: " .. mt.getreply(conn))
end

-- A message that is refused for its header, once the end is there.
function expect_refused(conn, fields, identity)
  head(conn, fields, identity)
  sent(mt.bodystring(conn, "Hi.\r\n"), "body")
  expect_unsigned(conn, SMFIR_REPLYCODE)
end

-- The end of a message that gets its two signatures at the top, and nothing else.
function expect_signed(conn)
  sent(mt.eom(conn), "eom")
  check(mt.getreply(conn) == SMFIR_CONTINUE, "not accepted: " .. mt.getreply(conn))
  check(mt.getheader(conn, "DKIM-Signature", 1) ~= nil, "no second signature")
  check(mt.getheader(conn, "DKIM-Signature", 2) == nil, "a third signature")
  check(mt.eom_check(conn, MT_HDRINSERT, "DKIM-Signature"), "not inserted")
  for _, other in ipairs({MT_HDRADD, MT_HDRCHANGE, MT_HDRDELETE, MT_BODYCHANGE, MT_QUARANTINE}) do
    check(not mt.eom_check(conn, other), "something else was asked for: " .. other)
  end
end

-- Prints the signatures for a verifier.
function show(conn)
  for n = 0, 1 do
    local value = mt.getheader(conn, "DKIM-Signature", n)
    mt.echo("DKIM-Signature:" .. (string.gsub(value, "\n", "\\n")))
  end
end

-- The end of a message that gets no signature, with this reply.
function expect_unsigned(conn, reply)
  sent(mt.eom(conn), "eom")
  check(mt.getreply(conn) == reply, "another reply: " .. mt.getreply(conn))
  check(not mt.eom_check(conn, MT_HDRINSERT), "signed")
end
