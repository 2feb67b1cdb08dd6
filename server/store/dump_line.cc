#include "server/store/dump_line.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace dkimkeeper {
namespace {

constexpr std::string_view kHead = "row";
constexpr std::string_view kNull = "\\N";

struct Escape {
  char plain;
  char letter;
};
constexpr std::array kEscapes{Escape{'\\', '\\'}, Escape{'\t', 't'}, Escape{'\n', 'n'},
                              Escape{'\r', 'r'}, Escape{'\0', '0'}};

bool IsEscaped(char c) {
  return std::ranges::any_of(kEscapes, [c](const Escape& escape) { return escape.plain == c; });
}

void AppendEscaped(std::string_view text, std::string& line) {
  for (const char c : text) {
    char letter = 0;
    for (const Escape& escape : kEscapes) {
      if (c == escape.plain) letter = escape.letter;
    }
    if (letter != 0) line += '\\';
    line += letter != 0 ? letter : c;
  }
}

std::optional<std::string> Unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      if (IsEscaped(text[i])) return std::nullopt;
      plain += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    const std::size_t before = plain.size();
    for (const Escape& escape : kEscapes) {
      if (text[i] == escape.letter) plain += escape.plain;
    }
    if (plain.size() == before) return std::nullopt;
  }
  return plain;
}

}  // namespace

std::string PrintRow(const Cells& cells) {
  std::string line(kHead);
  for (const auto& cell : cells) {
    line += '\t';
    if (cell) {
      AppendEscaped(*cell, line);
    } else {
      line += kNull;
    }
  }
  return line;
}

std::optional<Cells> ParseRow(std::string_view line) {
  if (!line.starts_with(kHead)) return std::nullopt;
  line.remove_prefix(kHead.size());
  Cells cells;
  while (!line.empty()) {
    if (line.front() != '\t') return std::nullopt;
    line.remove_prefix(1);
    const std::string_view text = line.substr(0, line.find('\t'));
    line.remove_prefix(text.size());
    if (text == kNull) {
      cells.emplace_back();
      continue;
    }
    auto cell = Unescaped(text);
    if (!cell) return std::nullopt;
    cells.emplace_back(*std::move(cell));
  }
  return cells;
}

void Crc32::Add(std::string_view bytes) {
  constexpr std::uint32_t kPolynomial = 0xedb88320U;
  for (const char c : bytes) {
    state_ ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) {
      state_ = (state_ >> 1U) ^ ((state_ & 1U) != 0 ? kPolynomial : 0U);
    }
  }
}

std::string Crc32::Hex() const {
  std::array<char, 9> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "%08x", ~state_));
  return text.data();
}

}  // namespace dkimkeeper
