"""Mails of every kind that signers have tripped over. All lines end in CRLF."""

import random


def _mail(body, *, extra="", subject="hello", sender="Joe <joe@example.test>"):
    head = (f"From: {sender}\r\nTo: Sue <sue@dest.example>\r\nSubject: {subject}\r\n"
            "Date: Fri, 11 Jul 2003 21:00:37 -0700\r\nMessage-ID: <1@example.test>\r\n" + extra)
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + body


def _base64_lines(size, seed):
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    rng = random.Random(seed)
    line = bytes(rng.choices(letters, k=76)) + b"\r\n"
    return line * (size // len(line) + 1)


def small():
    """{name: message}: quick to sign, so that each runs through every canonicalisation."""
    fold = "Subject: a subject that\r\n is folded\r\n\tover three lines\r\n"
    return {
        "plain": _mail(b"Hi.\r\n\r\nWe lost the game.\r\n"),
        "empty body": _mail(b""),
        "only blank lines": _mail(b"\r\n\r\n\r\n"),
        "only white space lines": _mail(b" \t \r\n\t\r\n   \r\n"),
        "trailing blank lines": _mail(b"text\r\n\r\n\r\n\r\n"),
        "trailing white space lines": _mail(b"text\r\n \r\n\t\r\n"),
        "no final line end": _mail(b"text without an end"),
        "white space runs": _mail(b"a  b\t\tc \t d  \r\n  leading\r\ntrailing \t\r\n"),
        "dots": _mail(b".\r\n..\r\n.leading dot\r\n"),
        "8-bit body": _mail("Grüße aus Köln – 雪\r\n".encode()),
        "latin-1 body": _mail(b"caf\xe9 \xff\xfe\r\n"),
        "NUL in the body": _mail(b"a\x00b\r\n"),
        "long line": _mail(b"x" * 9000 + b"\r\n"),
        "8-bit header": _mail(b"text\r\n", extra="X-Note: Grüße\r\n"),
        "utf-8 subject": _mail(b"text\r\n", subject="Grüße – 雪"),
        "folded subject": _mail(b"text\r\n", extra="X-" + fold),
        "folded with white space only": _mail(b"text\r\n", extra="X-Odd: a\r\n \t \r\n b\r\n"),
        "repeated To": _mail(b"text\r\n", extra="To: second@dest.example\r\n"),
        "repeated Received": _mail(b"text\r\n", extra="Received: a\r\nReceived: b\r\n"),
        "empty value": _mail(b"text\r\n", extra="Cc:\r\nReply-To: \r\n"),
        "no space after colon": _mail(b"text\r\n", extra="Reply-To:joe@example.test\r\n"),
        "tabs after colon": _mail(b"text\r\n", extra="Reply-To:\t\tjoe@example.test  \r\n"),
        "mixed case names": _mail(b"text\r\n", extra="mIME-vERSION: 1.0\r\n"),
        "list mail": _mail(b"text\r\n", extra="List-Id: <l.example.test>\r\nList-Unsubscribe: "
                           "<https://example.test/u>\r\nList-Unsubscribe-Post: "
                           "List-Unsubscribe=One-Click\r\n"),
        "signed before": _mail(b"text\r\n", extra="DKIM-Signature: v=1; a=rsa-sha256; d=other."
                               "example; s=x; h=from; bh=YWJj; b=YWJj\r\n"),
        "quoted local part": _mail(b"text\r\n", sender='"Joe, \\"J\\"" <"joe smith"@example.test>'),
        "comment in From": _mail(b"text\r\n", sender="joe@example.test (Joe (the) Sixpack)"),
        "multipart": _mail(b"--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b--\r\n",
                           extra='MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="b"\r\n'),
        "very many headers": _mail(b"text\r\n", extra="".join(f"X-H{i}: {i}\r\n" for i in range(300))),
        "long header": _mail(b"text\r\n", extra="References: " + "\r\n ".join(
            f"<{i}@example.test>" for i in range(60)) + "\r\n"),
    }


def large():
    """{name: message}: once through, relaxed."""
    return {
        "1 MB": _mail(_base64_lines(1 << 20, 1)),
        "20 MB": _mail(_base64_lines(20 << 20, 2)),
        "5 MB on one line": _mail(b"y" * (5 << 20) + b"\r\n"),
        "1 MB of blank lines": _mail(b"\r\n" * (1 << 19)),
    }
