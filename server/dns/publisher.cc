#include "server/dns/publisher.h"

namespace dkimkeeper {

Result<std::string> NameWritten(const RecordChange& change) {
  if (!change.target.empty()) return change.target;
  return KeyRecordName(change.selector, change.domain);
}

}  // namespace dkimkeeper
