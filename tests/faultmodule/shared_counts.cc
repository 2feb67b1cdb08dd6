#include "tests/faultmodule/shared_counts.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

namespace dkimkeeper::faultmodule {
namespace {

constexpr std::size_t kBytes = SharedCounts::kSize * sizeof(std::uint64_t);

}  // namespace

SharedCounts::SharedCounts(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  void* memory = MAP_FAILED;
  if (file >= 0 && ::ftruncate(file, kBytes) == 0) {
    memory = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  if (file >= 0) ::close(file);
  if (memory == MAP_FAILED) {
    throw std::runtime_error("cannot count in " + path + ": the script's folder must be writable");
  }
  numbers_ = static_cast<std::uint64_t*>(memory);
}

SharedCounts::~SharedCounts() { ::munmap(numbers_, kBytes); }

}  // namespace dkimkeeper::faultmodule
