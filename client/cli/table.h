// Columns for people.
#ifndef CLIENT_CLI_TABLE_H_
#define CLIENT_CLI_TABLE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dkimkeeper {

using TableRow = std::vector<std::string>;

// `text` with control characters shown as "?": what others wrote must not steer a terminal.
[[nodiscard]] std::string Printable(std::string_view text);

// Columns as wide as their widest cell, two spaces between, counted in characters of UTF-8. Each
// row has as many cells as `header`. Ends with a line end.
[[nodiscard]] std::string RenderTable(const TableRow& header, const std::vector<TableRow>& rows);

// "name:  value" lines, values aligned; pairs with an empty value are left out.
[[nodiscard]] std::string RenderFields(
    const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_TABLE_H_
