// Which agents took the successor of a key that is being replaced: pure.
#ifndef SERVER_ROTATION_HAND_OVER_H_
#define SERVER_ROTATION_HAND_OVER_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "server/store/agents.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Once all agents have the successor, the key signs on for so long: for messages that are on their
// way through a mail server that chose the key before, and for callers that only watch the lists.
inline constexpr std::chrono::minutes kLastMessages{5};

struct HandOver {
  std::size_t agents = 0;           // that count
  bool unknown = false;             // one of them cannot say what its host works with
  std::vector<std::string> behind;  // identities of those without the successor
};

// Those count that may sign for the key's line now, and that were heard of in the last window's
// length before the key was replaced, or later: who is gone for good holds up nothing. None where
// no successor took over with the commit that replaced the key, or where the key signs no more
// anyway.
[[nodiscard]] HandOver HandOverOf(const View& view, const Key& key, const AgentList& agents);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_HAND_OVER_H_
