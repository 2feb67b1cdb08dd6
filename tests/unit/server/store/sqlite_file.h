// A database file as another program sees it: to look into it, and to damage it.
#ifndef TESTS_UNIT_SERVER_STORE_SQLITE_FILE_H_
#define TESTS_UNIT_SERVER_STORE_SQLITE_FILE_H_

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace dkimkeeper {

// A connection of its own, without the store's settings. Fails the test where it cannot.
class SqliteFile {
 public:
  explicit SqliteFile(const std::filesystem::path& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &handle_), SQLITE_OK) << file;
  }
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;
  ~SqliteFile() { sqlite3_close(handle_); }

  // Runs `sql`, which may be several statements.
  void Run(const std::string& sql) {
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << sql << ": " << message;
    sqlite3_free(message);
  }

  // The first column of the first row, as text; "" where there is none.
  std::string Ask(const std::string& sql) {
    std::string answer;
    const auto take = [](void* out, int, char** cells, char**) {
      if (cells[0] != nullptr) *static_cast<std::string*>(out) = cells[0];
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(handle_, sql.c_str(), take, &answer, nullptr), SQLITE_OK) << sql;
    return answer;
  }

 private:
  sqlite3* handle_ = nullptr;
};

[[nodiscard]] inline std::string BytesOf(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_STORE_SQLITE_FILE_H_
