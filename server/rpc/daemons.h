// What operators are told of the daemons on one store.
#ifndef SERVER_RPC_DAEMONS_H_
#define SERVER_RPC_DAEMONS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "server/store/key_store.h"

namespace dkimkeeper {

// Thread-safe functions; none throws.
struct Daemons {
  std::string own_name;
  // Those that live, by name, this one included.
  std::function<std::vector<DaemonBeat>()> alive;
  // This one takes the steps of rotations.
  std::function<bool()> is_executor;
  // Waits some seconds at most; the live daemons that still sign with an older generation.
  std::function<std::vector<std::string>(std::uint64_t generation)> await_acknowledged;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_DAEMONS_H_
