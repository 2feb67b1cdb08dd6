#!/usr/bin/python3
"""The owner of a zone at work: shows and sets what stands at a name, by update, with dnspython.

dns_owner.py PORT KEY SECRET ZONE get NAME       prints {"txt": [["…", …], …], "cname": "…"}
dns_owner.py PORT KEY SECRET ZONE put NAME JSON  the same form takes the place of all that stands there
"""

import json
import sys

import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsigkeyring
import dns.update

LIMIT = 60
ADDRESS = "127.0.0.1"


def get(port, keyring, name):
    found = {"txt": [], "cname": ""}
    question = dns.message.make_query(name, dns.rdatatype.TXT)
    question.use_tsig(keyring)
    for rrset in dns.query.tcp(question, ADDRESS, LIMIT, port).answer:
        for rdata in rrset if rrset.name == name else ():
            if rrset.rdtype == dns.rdatatype.TXT:
                found["txt"].append([text.decode() for text in rdata.strings])
            elif rrset.rdtype == dns.rdatatype.CNAME:
                found["cname"] = rdata.target.to_text(omit_final_dot=True)
    return found


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def put(port, keyring, zone, name, wanted):
    update = dns.update.UpdateMessage(zone, keyring=keyring)
    update.delete(name)
    for strings in wanted["txt"]:
        update.add(name, 300, "TXT", " ".join(quoted(text) for text in strings))
    if wanted["cname"]:
        update.add(name, 300, "CNAME", wanted["cname"] + ".")
    answer = dns.query.tcp(update, ADDRESS, LIMIT, port)
    if answer.rcode() != dns.rcode.NOERROR:
        sys.exit(f"the update is refused: {dns.rcode.to_text(answer.rcode())}")


def main():
    port, key, secret, zone, verb, name = sys.argv[1:7]
    keyring = dns.tsigkeyring.from_text({key + ".": ("hmac-sha256.", secret)})
    name = dns.name.from_text(name)
    if verb == "get":
        print(json.dumps(get(int(port), keyring, name)))
    else:
        put(int(port), keyring, zone, name, json.loads(sys.argv[7]))


if __name__ == "__main__":
    main()
