// A Unix socket address for one test.
#ifndef TESTS_UNIT_CLIENT_LIB_SOCKET_ADDRESS_H_
#define TESTS_UNIT_CLIENT_LIB_SOCKET_ADDRESS_H_

#include <string>

#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {

// A folder for sockets, removed at the end.
class SocketDirectory {
 public:
  [[nodiscard]] std::string Address(const std::string& name) const {
    return "unix:" + (directory_.path() / name).string();
  }

 private:
  TempDir directory_;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_CLIENT_LIB_SOCKET_ADDRESS_H_
