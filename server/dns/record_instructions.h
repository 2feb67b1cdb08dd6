// A change of a record, for the person who has to make it.
#ifndef SERVER_DNS_RECORD_INSTRUCTIONS_H_
#define SERVER_DNS_RECORD_INSTRUCTIONS_H_

#include <string>

#include "proto/result.h"
#include "server/dns/publisher.h"

namespace dkimkeeper {

struct RecordInstruction {
  std::string sentence;   // what to do, at which name
  std::string name;       // where the TXT record stands
  std::string value;      // its strings joined; empty: no record
  std::string zone_line;  // the same as a line of a zone file; empty: no record
  // Where a CNAME leads from the key's own name to `name`: its line. Created once, never touched
  // again. Empty: no CNAME.
  std::string cname_line;
  friend bool operator==(const RecordInstruction&, const RecordInstruction&) = default;
};

// Errors of NameWritten and KeyRecordName.
[[nodiscard]] Result<RecordInstruction> RecordInstructions(const RecordChange& change);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_RECORD_INSTRUCTIONS_H_
