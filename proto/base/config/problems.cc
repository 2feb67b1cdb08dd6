#include "proto/base/config/problems.h"

#include <algorithm>

namespace dkimkeeper {
namespace {

// A quoted key may hold anything: it must neither start a line nor drive a terminal.
std::string Printable(std::string text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

}  // namespace

void Problems::Add(std::size_t line, std::string_view key, std::string_view what) {
  std::string text = file_name_;
  if (line != 0) text += ':' + std::to_string(line);
  text += ": ";
  if (!key.empty()) text += std::string(key) + ": ";
  text += what;
  by_line_.emplace(line, Printable(std::move(text)));
}

std::string Problems::Render() const {
  std::string text;
  for (const auto& [line, problem] : by_line_) text += (text.empty() ? "" : "\n") + problem;
  return text;
}

}  // namespace dkimkeeper
