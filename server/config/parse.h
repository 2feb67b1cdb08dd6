// From TOML to Config: everything that is wrong is said at once.
#ifndef SERVER_CONFIG_PARSE_H_
#define SERVER_CONFIG_PARSE_H_

#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "server/config/config.h"

namespace dkimkeeper {

struct ParsedConfig {
  Config config;
  std::vector<std::string> defaulted;  // keys that were not written: `policy.drain`
};

// INVALID_ARGUMENT/BAD_CONFIG: the message has one line for each problem, in the order of the file,
// `FILE:LINE: KEY: what is wrong; what to write`. A key that is not known is a problem; no value is
// converted from another type. Text that is not TOML gives the one problem that stopped the parser.
// Only the text is looked at: that the named files exist and are right is checked where they are
// opened.
[[nodiscard]] Result<ParsedConfig> ParseConfig(std::string_view text, const std::string& file_name);

// Reads `path` and parses it. Errors as ParseConfig; one that cannot be read is BAD_CONFIG, too.
[[nodiscard]] Result<ParsedConfig> LoadConfig(const std::string& path);

}  // namespace dkimkeeper

#endif  // SERVER_CONFIG_PARSE_H_
