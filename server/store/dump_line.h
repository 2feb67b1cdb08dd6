// Lines of a dump ↔ rows.
#ifndef SERVER_STORE_DUMP_LINE_H_
#define SERVER_STORE_DUMP_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/row.h"

namespace dkimkeeper {

using Cells = std::vector<std::optional<std::string>>;

// "row", then each cell behind a tab. Without the end of line.
[[nodiscard]] std::string PrintRow(const Cells& cells);

// Nothing unless PrintRow could have made it.
[[nodiscard]] std::optional<Cells> ParseRow(std::string_view line);

// CRC-32 as in Ethernet (ISO 3309), of one piece after the other.
class Crc32 {
 public:
  void Add(std::string_view bytes);
  [[nodiscard]] std::string Hex() const;

 private:
  std::uint32_t state_ = 0xffffffffU;
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_DUMP_LINE_H_
