// Files of a test, read and written whole.
#ifndef TESTS_UNIT_SERVER_TLS_FILES_H_
#define TESTS_UNIT_SERVER_TLS_FILES_H_

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace dkimkeeper {

// Writes as an editor without manners does: in place.
inline void WriteText(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

// Empty where there is no file.
inline std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_TLS_FILES_H_
