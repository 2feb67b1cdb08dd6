// What one DNS answer says about the TXT records of one name.
#ifndef SERVER_DNS_ANSWER_READING_H_
#define SERVER_DNS_ANSWER_READING_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/dns/dns_client.h"
#include "server/dns/record_judge.h"

namespace dkimkeeper {

inline constexpr std::size_t kMaxCnames = 8;

enum class ReadingKind : std::uint8_t {
  kRecords,   // the TXT records of the name; none: it, or they, are not there
  kCname,     // the name is another's alias: `target`
  kReferral,  // somebody else's zone: `target`, served by `servers`
  kLoop,      // CNAMEs in a circle, or more than kMaxCnames
  kUseless,   // the server does not say what it knows, if it knows: `problem`
};

struct AnswerReading {
  ReadingKind kind = ReadingKind::kUseless;
  std::vector<TxtStrings> records = {};
  std::string target = {};
  std::vector<std::string> servers = {};
  // Not of a referral. Of the CNAME, or the longest of the records and the CNAMEs before them;
  // without records the negative TTL (RFC 2308 §5), kUnknownNegativeTtl where there is no SOA.
  std::chrono::seconds ttl{0};
  std::string problem = {};  // for people, reads on after a server's name
};

// What most resolvers cap a negative answer at (RFC 2308 §5: one to three hours).
inline constexpr std::chrono::seconds kUnknownNegativeTtl = std::chrono::hours(3);

// Of a server of `zone`, asked for `name`, one step: what it says beyond its zone is not looked at.
[[nodiscard]] AnswerReading ReadAuthoritative(const DnsAnswer& answer, std::string_view name,
                                              std::string_view zone);

// Of a recursive resolver: CNAMEs are followed within the answer; `target` is where they led.
[[nodiscard]] AnswerReading ReadRecursive(const DnsAnswer& answer, std::string_view name);

// How long the absence of a name is remembered: of the SOA record in `records`.
[[nodiscard]] std::chrono::seconds NegativeTtl(const std::vector<DnsRecord>& records);

// "SERVFAIL", "code 9".
[[nodiscard]] std::string ResponseCodeName(unsigned rcode);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_ANSWER_READING_H_
