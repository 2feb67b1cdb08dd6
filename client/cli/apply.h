// Makes the server hold what a document says.
#ifndef CLIENT_CLI_APPLY_H_
#define CLIENT_CLI_APPLY_H_

#include <string>

#include "client/cli/json.h"
#include "client/cli/session.h"
#include "client/document/document.h"
#include "proto/result.h"

namespace dkimkeeper {

struct ApplyTerms {
  bool yes = false;      // without asking
  bool dry_run = false;  // only says what would be done
  bool prune = false;    // takes away what the document does not name
  bool may_ask = true;   // standard input is free for an answer
};

// What was done, to be printed, even where it ended half way.
struct Applied {
  Json json;
  std::string text;
  Outcome outcome;
};

// Shows the difference to people, asks, and makes it true, a few changes at once. An error: nothing
// was changed; conflicts are on standard error then.
[[nodiscard]] Result<Applied> ApplyDocument(Session& session, const Document& document,
                                            const ApplyTerms& terms);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_APPLY_H_
