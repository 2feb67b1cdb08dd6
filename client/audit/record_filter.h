// Which records somebody wants to see.
#ifndef CLIENT_AUDIT_RECORD_FILTER_H_
#define CLIENT_AUDIT_RECORD_FILTER_H_

#include <optional>
#include <string>

#include "proto/audit/record.h"

namespace dkimkeeper {

// What is empty filters nothing. A value.
struct RecordFilter {
  std::optional<AuditRecord::Time> since = {};  // at or after
  std::optional<AuditRecord::Time> until = {};  // before
  std::string identity = {};                    // whole
  std::string domain = {};                      // whole, in any letter case
  std::string act = {};                         // "key.activate"; "key": every act on a key
  std::string outcome = {};                     // "ok", a reason, or "refused": any but "ok"

  [[nodiscard]] bool Matches(const AuditRecord& record) const;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AUDIT_RECORD_FILTER_H_
