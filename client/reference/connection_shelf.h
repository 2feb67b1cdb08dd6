// The connections of this process that nobody uses just now.
#ifndef CLIENT_REFERENCE_CONNECTION_SHELF_H_
#define CLIENT_REFERENCE_CONNECTION_SHELF_H_

#include <array>
#include <atomic>
#include <cstdint>

#include "proto/descriptor.h"

namespace dkimkeeper {

// Keeps some open connections for the next call. Each carries the process that opened it: after
// fork(2) the child finds its parent's, closes its copies and opens its own, for two processes on
// one connection would read each other's answers.
//
// Thread-safe without a lock: a lock that another thread held at the fork stays held in the child.
class ConnectionShelf {
 public:
  static constexpr std::size_t kPlaces = 8;

  ConnectionShelf() = default;
  ~ConnectionShelf();
  ConnectionShelf(const ConnectionShelf&) = delete;
  ConnectionShelf& operator=(const ConnectionShelf&) = delete;

  // One that this process has put here, or one that is not open.
  [[nodiscard]] Descriptor Take();
  // Closes it where every place is taken.
  void Put(Descriptor connection);

 private:
  // Process id and descriptor, 0 for none; in one word, so that they change together.
  std::array<std::atomic<std::uint64_t>, kPlaces> places_ = {};
};

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_CONNECTION_SHELF_H_
