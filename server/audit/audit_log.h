// Who did what with which key: the record that outlives the process.
#ifndef SERVER_AUDIT_AUDIT_LOG_H_
#define SERVER_AUDIT_AUDIT_LOG_H_

#include <string>
#include <string_view>

#include "server/keys/timestamp.h"

namespace dkimkeeper {

// One act, allowed or refused. Fields that do not apply are empty.
struct AuditEntry {
  Timestamp at;
  std::string identity;  // who
  std::string act;       // noun.verb: "sign", "key.activate", …
  std::string domain;    // on what
  std::string sender;
  std::string selector;
  std::string algorithm;  // a= name
  std::string digest;     // lower-case hexadecimal, 64 digits; only here, never in a log
  std::string claimed;    // the caller's note, as claimed
  std::string result;     // "ok" or the stable reason of the refusal
};

// Append-only. Thread-safe; never blocks on the disk and never fails the caller: what cannot be
// written is counted and alarmed, signing goes on.
class AuditLog {
 public:
  AuditLog() = default;
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;
  virtual ~AuditLog() = default;
  virtual void Append(AuditEntry entry) noexcept = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_AUDIT_LOG_H_
