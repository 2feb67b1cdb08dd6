// A TOML file, read strictly: everything that is wrong with it is said at once.
#ifndef PROTO_BASE_CONFIG_TOML_FILE_H_
#define PROTO_BASE_CONFIG_TOML_FILE_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/config/table_reader.h"
#include "proto/result.h"

namespace dkimkeeper {

// Hands the root table of `text` to `read`, which asks for every key it knows; answers the keys
// that were asked for and not written, dotted: `policy.drain`.
//
// INVALID_ARGUMENT/BAD_CONFIG: the message has one line for each problem, in the order of the file,
// `FILE:LINE: KEY: what is wrong; what to write`. Text that is not TOML gives the one problem that
// stopped the parser.
[[nodiscard]] Result<std::vector<std::string>> ReadToml(
    std::string_view text, const std::string& file_name,
    const std::function<void(TableReader root)>& read);

// The text of a configuration file. BAD_CONFIG in the same form: one that cannot be read, or is
// larger than a megabyte.
[[nodiscard]] Result<std::string> ReadConfigFile(const std::string& path);

}  // namespace dkimkeeper

#endif  // PROTO_BASE_CONFIG_TOML_FILE_H_
