// The seam to DNS as we write it.
#ifndef SERVER_DNS_PUBLISHER_H_
#define SERVER_DNS_PUBLISHER_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/dkim/domain.h"
#include "proto/dkim/key_record.h"
#include "proto/dkim/selector.h"
#include "proto/result.h"

namespace dkimkeeper {

// One change of one TXT record.
struct RecordChange {
  Domain domain;
  Selector selector;
  // What stands there before; nothing: the name is not in use. Compared by its public key (or its
  // lack of one), not by spelling: owners rewrap records and add notes.
  std::optional<KeyRecord> before;
  // What stands there after; nothing: no record.
  std::optional<KeyRecord> after;
  std::chrono::seconds ttl{3600};
  // The registration's own label, for publishers that put records below a zone of ours; else empty.
  std::string delegation_label = {};
  // Where the record itself stands, a DNS name without a trailing dot, when a CNAME leads there
  // from the key's own name; else empty. What publishes through another publisher sets it.
  std::string target = {};
};

// The name that `change` writes at: its target, else `<selector>._domainkey.<domain>`.
// INVALID_ARGUMENT/BAD_SELECTOR where that would be longer than 253 octets.
[[nodiscard]] Result<std::string> NameWritten(const RecordChange& change);

enum class Publication : std::uint8_t {
  kDone,   // the publisher's server has it
  kAsked,  // a person has to do it: only DNS will tell
};

// Writes records into DNS. Thread-safe. Calls block, for a bounded time.
class Publisher {
 public:
  Publisher() = default;
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  virtual ~Publisher() = default;

  // Can be repeated: what is so already is kDone. FAILED_PRECONDITION/RECORD_CHANGED: something
  // else than `before` stands there, and is left alone. FAILED_PRECONDITION/PUBLISH_REFUSED: the
  // server, or the hook, said no in words that the message holds; UNAVAILABLE/PUBLISHER_AWAY: it
  // did not answer, or in doubt; NOT_FOUND/PUBLISHER_UNKNOWN. In none of them is a key lost.
  [[nodiscard]] virtual Result<Publication> Publish(const RecordChange& change) = 0;
};

// Publishers by their names in the configuration.
class Publishers {
 public:
  Publishers() = default;
  Publishers(const Publishers&) = delete;
  Publishers& operator=(const Publishers&) = delete;
  virtual ~Publishers() = default;

  // Never null; lives as long as this. "" is the one by hand. NOT_FOUND/PUBLISHER_UNKNOWN names
  // those that there are.
  [[nodiscard]] virtual Result<Publisher*> Find(std::string_view name) const = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_PUBLISHER_H_
