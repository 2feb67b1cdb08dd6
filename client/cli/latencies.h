// How long calls took.
#ifndef CLIENT_CLI_LATENCIES_H_
#define CLIENT_CLI_LATENCIES_H_

#include <cstdint>
#include <vector>

namespace dkimkeeper {

// Not thread-safe: one for each caller, added up at the end.
class Latencies {
 public:
  void Add(std::uint32_t microseconds) { all_.push_back(microseconds); }
  void Add(const Latencies& other) {
    all_.insert(all_.end(), other.all_.begin(), other.all_.end());
  }

  // The value that `percent` of all are not above (nearest rank), microseconds; 0 without any.
  // `percent` is from 1 to 100.
  [[nodiscard]] std::uint32_t Percentile(unsigned percent);

 private:
  std::vector<std::uint32_t> all_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_LATENCIES_H_
