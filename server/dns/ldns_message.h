// DNS messages on the wire (RFC 1035 §4), by ldns. Only the octets: ldns' own sockets take any
// datagram for an answer, and its resolver calls a server dead for ever after one time-out.
#ifndef SERVER_DNS_LDNS_MESSAGE_H_
#define SERVER_DNS_LDNS_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/dns/dns_client.h"

namespace dkimkeeper {

// A question as it is sent.
struct DnsQuery {
  std::uint16_t id = 0;
  DnsQuestion question;  // the name in the letter case that is sent
};

// With EDNS (RFC 6891): answers of 1,232 octets over UDP, DNSSEC signatures wanted. Nothing where
// the name is no domain name.
[[nodiscard]] std::optional<std::string> EncodeQuery(const DnsQuery& query);

// How the name of an answer's question is compared.
enum class NameCase : std::uint8_t { kIgnored, kExact };

// `octets` as the answer to `query`; kNonsense where they are not.
[[nodiscard]] DnsReply DecodeAnswer(std::string_view octets, const DnsQuery& query,
                                    NameCase compare);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_LDNS_MESSAGE_H_
