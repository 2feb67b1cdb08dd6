// A few things at once that all wait for the network.
#ifndef SERVER_DNS_IN_PARALLEL_H_
#define SERVER_DNS_IN_PARALLEL_H_

#include <cstddef>
#include <functional>

namespace dkimkeeper {

// Calls `work` once with each of 0 to `count` - 1, in at most eight threads at a time, this one
// among them; returns when all are done.
void InParallel(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_IN_PARALLEL_H_
