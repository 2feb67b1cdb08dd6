#include "client/cli/table.h"

#include <algorithm>

namespace dkimkeeper {
namespace {

// Characters, not octets: continuation octets of UTF-8 begin with the bits 10.
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

std::string RenderRow(const TableRow& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += cells[i];
    const bool last = i + 1 == cells.size();
    if (!last) line.append(widths[i] - Width(cells[i]) + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string printable(text);
  std::replace_if(
      printable.begin(), printable.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return printable;
}

std::string RenderTable(const TableRow& header, const std::vector<TableRow>& rows) {
  std::vector<TableRow> lines{header};
  for (const TableRow& row : rows) {
    TableRow& line = lines.emplace_back();
    for (const std::string& cell : row) line.push_back(Printable(cell));
  }
  std::vector<std::size_t> widths(header.size());
  for (const TableRow& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], Width(line[i]));
  }
  std::string table;
  for (const TableRow& line : lines) table += RenderRow(line, widths);
  return table;
}

std::string RenderFields(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::size_t widest = 0;
  for (const auto& [name, value] : fields) {
    if (!value.empty()) widest = std::max(widest, Width(name));
  }
  std::string text;
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    text += name + ":" + std::string(widest - Width(name) + 2, ' ') + Printable(value) + "\n";
  }
  return text;
}

}  // namespace dkimkeeper
