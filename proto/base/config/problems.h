// What is wrong with a configuration file, collected until all of it is known.
#ifndef PROTO_BASE_CONFIG_PROBLEMS_H_
#define PROTO_BASE_CONFIG_PROBLEMS_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace dkimkeeper {

// Not thread-safe.
class Problems {
 public:
  explicit Problems(std::string file_name) : file_name_(std::move(file_name)) {}

  // `line` counts from 1; 0 where there is none, such as for a table that is missing whole.
  // `key` is the dotted name, empty where the text itself is broken.
  void Add(std::size_t line, std::string_view key, std::string_view what);

  [[nodiscard]] bool empty() const { return by_line_.empty(); }

  // `FILE:LINE: KEY: what`, sorted by line, then as added, joined by line ends.
  [[nodiscard]] std::string Render() const;

 private:
  std::string file_name_;
  std::multimap<std::size_t, std::string> by_line_;
};

}  // namespace dkimkeeper

#endif  // PROTO_BASE_CONFIG_PROBLEMS_H_
