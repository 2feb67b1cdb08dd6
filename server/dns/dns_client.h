// The seam to the network of DNS: one question to one address.
#ifndef SERVER_DNS_DNS_CLIENT_H_
#define SERVER_DNS_DNS_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "server/base/server_address.h"

namespace dkimkeeper {

// By their numbers (RFC 1035 §3.2.2, RFC 3596 §2.1).
enum class DnsType : std::uint16_t {
  kA = 1,
  kNs = 2,
  kCname = 5,
  kSoa = 6,
  kTxt = 16,
  kAaaa = 28,
};

enum class DnsTransport : std::uint8_t { kTcp, kUdp };

struct DnsQuestion {
  std::string name;  // as server/dns/dns_name.h spells it
  DnsType type = DnsType::kTxt;
  bool recurse = false;  // RD: of a recursive resolver only
  friend bool operator==(const DnsQuestion&, const DnsQuestion&) = default;
};

// One resource record of class IN and one of the types above.
struct DnsRecord {
  std::string owner;
  DnsType type = DnsType::kTxt;
  std::chrono::seconds ttl{0};
  std::string target = {};                // NS, CNAME: a name; A, AAAA: an address
  std::vector<std::string> strings = {};  // TXT: its character-strings
  std::chrono::seconds minimum{0};        // SOA: the last of its fields (RFC 2308 §4)
};

// Response codes (RFC 1035 §4.1.1) that are told apart; the others are shown by number.
inline constexpr unsigned kNoError = 0;
inline constexpr unsigned kServFail = 2;
inline constexpr unsigned kNxDomain = 3;
inline constexpr unsigned kRefusedCode = 5;

struct DnsAnswer {
  unsigned rcode = kNoError;
  bool authoritative = false;        // AA
  bool truncated = false;            // TC
  bool recursion_available = false;  // RA
  bool authenticated = false;        // AD
  bool has_signatures = false;       // RRSIG in the answer or the authority section
  std::vector<DnsRecord> answer = {};
  std::vector<DnsRecord> authority = {};
};

enum class DnsFault : std::uint8_t {
  kNoRoute,  // from this host
  kRefused,  // the connection: refused, reset, or closed before an answer
  kTimeOut,
  kNonsense,  // what came is no answer to this question
};

// Why there is no answer. Not an Error: for a check it is as much a finding as an answer is.
struct DnsFailure {
  DnsFault fault = DnsFault::kTimeOut;
  std::string detail;  // for people, reads on after a server's name: `refuses connections over TCP`
};

using DnsReply = tl::expected<DnsAnswer, DnsFailure>;

// Thread-safe.
class DnsClient {
 public:
  DnsClient() = default;
  DnsClient(const DnsClient&) = delete;
  DnsClient& operator=(const DnsClient&) = delete;
  virtual ~DnsClient() = default;

  // Blocks for `limit` at most. Id, QR bit and question of an answer are those of the query; over
  // UDP so are the address, the port and the letter case of the name.
  [[nodiscard]] virtual DnsReply Ask(const ServerAddress& server, const DnsQuestion& question,
                                     DnsTransport transport, std::chrono::milliseconds limit) = 0;

  // Whether this host would know where to send a packet for `server`; none is sent.
  [[nodiscard]] virtual bool HasRoute(const ServerAddress& server) = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_DNS_CLIENT_H_
