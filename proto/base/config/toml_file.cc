#include "proto/base/config/toml_file.h"

#include <toml++/toml.h>

#include <utility>

#include "proto/base/read_file.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;

tl::unexpected<Error> Refuse(const Problems& problems) {
  return Fail(Code::kInvalidArgument, reason::kBadConfig, problems.Render());
}

}  // namespace

Result<std::vector<std::string>> ReadToml(std::string_view text, const std::string& file_name,
                                          const std::function<void(TableReader root)>& read) {
  ReadLog log(file_name);
  try {
    const toml::table root = toml::parse(text, std::string_view(file_name));
    read(TableReader(&root, "", log));
    if (!log.problems.empty()) return Refuse(log.problems);
    return std::move(log.defaulted);
  } catch (const toml::parse_error& error) {
    log.problems.Add(error.source().begin.line, "",
                     "is not TOML: " + std::string(error.description()) + "; correct this first");
    return Refuse(log.problems);
  }
}

Result<std::string> ReadConfigFile(const std::string& path) {
  auto text = ReadFile(path, kMaxConfigBytes);
  if (text) return text;
  Problems problems(path);
  problems.Add(
      0, "", "cannot be read (" + text.error().message + "); name a file that this user may read");
  return Refuse(problems);
}

}  // namespace dkimkeeper
