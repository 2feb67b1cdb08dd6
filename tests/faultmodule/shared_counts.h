// Numbers that all processes with the same script count together.
#ifndef TESTS_FAULTMODULE_SHARED_COUNTS_H_
#define TESTS_FAULTMODULE_SHARED_COUNTS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace dkimkeeper::faultmodule {

// A mapped file, all zeros when it is new. Thread-safe, also between processes: each number is one
// atomic word.
class SharedCounts {
 public:
  static constexpr std::size_t kSize = 512;

  // Throws std::runtime_error when the file can be neither opened nor made.
  explicit SharedCounts(const std::string& path);
  SharedCounts(const SharedCounts&) = delete;
  SharedCounts& operator=(const SharedCounts&) = delete;
  ~SharedCounts();

  [[nodiscard]] std::atomic_ref<std::uint64_t> at(std::size_t index) const {
    return std::atomic_ref<std::uint64_t>(numbers_[index]);
  }

 private:
  std::uint64_t* numbers_;
};

}  // namespace dkimkeeper::faultmodule

#endif  // TESTS_FAULTMODULE_SHARED_COUNTS_H_
