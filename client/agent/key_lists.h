// What this host may sign with, as a message sees it.
#ifndef CLIENT_AGENT_KEY_LISTS_H_
#define CLIENT_AGENT_KEY_LISTS_H_

#include <memory>

#include "dkimkeeper/client.h"

namespace dkimkeeper {

// Thread-safe.
class KeyLists {
 public:
  virtual ~KeyLists() = default;

  // The newest list that is known; null where there is none. Does not wait.
  [[nodiscard]] virtual std::shared_ptr<const SigningKeys> Newest() = 0;

  // The list as custody has it now: for a message that met a key which was replaced meanwhile.
  [[nodiscard]] virtual Result<SigningKeys> AskNow() = 0;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_KEY_LISTS_H_
