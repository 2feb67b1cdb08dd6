// One audit entry as text.
#ifndef SERVER_AUDIT_AUDIT_LINE_H_
#define SERVER_AUDIT_AUDIT_LINE_H_

#include <string>

#include "server/audit/audit_log.h"

namespace dkimkeeper {

// One line, without its end. Time is UTC with milliseconds, ISO 8601; no value can forge a field or
// a line.
[[nodiscard]] std::string RenderAuditLine(const AuditEntry& entry);

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_AUDIT_LINE_H_
