// A Unix socket address for one test.
#ifndef TESTS_UNIT_CLIENT_LIB_SOCKET_ADDRESS_H_
#define TESTS_UNIT_CLIENT_LIB_SOCKET_ADDRESS_H_

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace dkimkeeper {

// A directory below the temporary one, removed at the end.
class SocketDirectory {
 public:
  SocketDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "keeper-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  SocketDirectory(const SocketDirectory&) = delete;
  SocketDirectory& operator=(const SocketDirectory&) = delete;
  ~SocketDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string Address(const std::string& name) const {
    return "unix:" + (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_CLIENT_LIB_SOCKET_ADDRESS_H_
