// Writes down what operators did and what they were refused: one event and one audit entry each.
#ifndef SERVER_LIFECYCLE_JOURNAL_H_
#define SERVER_LIFECYCLE_JOURNAL_H_

#include <string>
#include <string_view>

#include "proto/base/clock.h"
#include "proto/base/event_log.h"
#include "proto/result.h"
#include "server/access/identity.h"
#include "server/audit/audit_log.h"

namespace dkimkeeper {

// What an act was about; parts that do not apply are empty.
struct Subject {
  std::string domain = {};
  std::string sender = {};
  std::string selector = {};
  std::string detail = {};  // e.g. a reason that the operator gave, a grant
};

// Thread-safe.
class Journal {
 public:
  // All must outlive this.
  Journal(EventLog& events, AuditLog& audit, const Clock& clock)
      : events_(events), audit_(audit), clock_(clock) {}

  // `act` is `noun.verb`: "key.activate". `error` is null when it was done.
  void Record(std::string_view act, const Identity& caller, const Subject& subject,
              const Error* error);

  // `result` passed through, recorded.
  template <typename T>
  Result<T> Recorded(std::string_view act, const Identity& caller, const Subject& subject,
                     Result<T> result) {
    Record(act, caller, subject, result ? nullptr : &result.error());
    return result;
  }

 private:
  EventLog& events_;
  AuditLog& audit_;
  const Clock& clock_;
};

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_JOURNAL_H_
