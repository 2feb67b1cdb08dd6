// A few calls at once.
#ifndef CLIENT_CLI_IN_PARALLEL_H_
#define CLIENT_CLI_IN_PARALLEL_H_

#include <cstddef>
#include <functional>

namespace dkimkeeper {

// As many as one caller keeps a server busy with, and no more.
inline constexpr std::size_t kAtOnce = 8;

// Calls `work` with 0 … count - 1, at most kAtOnce at a time, from threads of its own; returns when
// all have returned. Once one answered false no new one begins. `work` is called from several
// threads.
void InParallel(std::size_t count, const std::function<bool(std::size_t)>& work);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_IN_PARALLEL_H_
