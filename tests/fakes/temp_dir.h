// A folder that lives as long as its test.
#ifndef TESTS_FAKES_TEMP_DIR_H_
#define TESTS_FAKES_TEMP_DIR_H_

#include <stdlib.h>  // mkdtemp is POSIX's: <cstdlib> does not promise it

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace dkimkeeper {

// Fresh, mode 0700, removed with all it holds on destruction.
class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "keeper-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_TEMP_DIR_H_
