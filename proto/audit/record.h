// Who did what with which key, as the audit log keeps it.
#ifndef PROTO_AUDIT_RECORD_H_
#define PROTO_AUDIT_RECORD_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/dkim/sha256_digest.h"
#include "proto/result.h"

namespace dkimkeeper {

// One act, allowed or refused. A value. Fields that do not apply are empty.
struct AuditRecord {
  using Time = std::chrono::sys_time<std::chrono::microseconds>;

  std::uint64_t sequence = 0;  // place in the log, from 0: the leaf's index in the Merkle tree
  Time at = {};
  std::string identity = {};  // who
  std::string act = {};       // noun.verb: "sign", "key.activate", …
  std::string domain = {};    // on what
  std::string sender = {};
  std::string selector = {};
  std::string algorithm = {};               // a= name
  std::optional<Sha256Digest> digest = {};  // what was signed
  std::string claimed = {};                 // the caller's note, as claimed
  std::string result = {};                  // "ok" or the stable reason of the refusal
  std::uint32_t latency_microseconds = 0;
  std::string detail = {};

  friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

// Octets that a text keeps at most: what is over that is cut off, so that any act fits a record.
inline constexpr std::size_t kLongestAuditText = 4096;
// No encoded record is longer.
inline constexpr std::size_t kLongestAuditRecord = 65'536;

// As dkimkeeper.audit.v1.Record; the same record is always the same octets. Never fails: a text is
// cut to kLongestAuditText, and what is no UTF-8 in it becomes "?".
[[nodiscard]] std::string EncodeRecord(const AuditRecord& record);

// Fields that a newer writer added are ignored. INVALID_ARGUMENT/BAD_FRAME: not such a message, or
// a digest that is not 32 bytes long.
[[nodiscard]] Result<AuditRecord> DecodeRecord(std::string_view octets);

}  // namespace dkimkeeper

#endif  // PROTO_AUDIT_RECORD_H_
