#include "client/reference/connection_shelf.h"

#include <unistd.h>

namespace dkimkeeper {
namespace {

std::uint64_t Mark(int descriptor) {
  return static_cast<std::uint64_t>(::getpid()) << 32 | static_cast<std::uint32_t>(descriptor);
}

Descriptor DescriptorOf(std::uint64_t mark) {
  return Descriptor(static_cast<int>(mark & 0xffffffff));
}

}  // namespace

ConnectionShelf::~ConnectionShelf() {
  for (std::atomic<std::uint64_t>& place : places_) {
    if (const std::uint64_t mark = place.exchange(0); mark != 0) (void)DescriptorOf(mark);
  }
}

Descriptor ConnectionShelf::Take() {
  for (std::atomic<std::uint64_t>& place : places_) {
    const std::uint64_t mark = place.exchange(0);
    if (mark == 0) continue;
    Descriptor connection = DescriptorOf(mark);
    if (mark == Mark(connection.number())) return connection;
  }
  return {};
}

void ConnectionShelf::Put(Descriptor connection) {
  const std::uint64_t mark = Mark(connection.number());
  for (std::atomic<std::uint64_t>& place : places_) {
    std::uint64_t empty = 0;
    if (place.compare_exchange_strong(empty, mark)) {
      (void)connection.Release();
      return;
    }
  }
}

}  // namespace dkimkeeper
