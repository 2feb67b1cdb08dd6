#include "server/dns/record_check.h"

namespace dkimkeeper {

std::string_view RecordFindingName(RecordFinding finding) {
  switch (finding) {
    case RecordFinding::kAsWished:
      return "as wished";
    case RecordFinding::kMissing:
      return "missing";
    case RecordFinding::kOtherKey:
      return "another key";
    case RecordFinding::kSeveral:
      return "several records";
    case RecordFinding::kMalformed:
      return "malformed";
    case RecordFinding::kRevoked:
      return "revoked";
    case RecordFinding::kPresent:
      return "still there";
    case RecordFinding::kLoop:
      return "CNAME loop";
    case RecordFinding::kRefused:
      return "refused";
    case RecordFinding::kNoAnswer:
      return "no answer";
  }
  return "unknown";
}

}  // namespace dkimkeeper
