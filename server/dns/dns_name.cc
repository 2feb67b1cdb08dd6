#include "server/dns/dns_name.h"

#include "proto/dkim/ascii.h"

namespace dkimkeeper {

std::string NormalName(std::string_view text) {
  if (text.ends_with('.') && !text.ends_with("\\.")) text.remove_suffix(1);
  return ToAsciiLower(text);
}

std::string_view ParentName(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '.') return name.substr(i + 1);
    if (name[i] == '\\') ++i;  // `\.` is a dot inside a label
  }
  return {};
}

bool IsNameAtOrBelow(std::string_view name, std::string_view ancestor) {
  while (name.size() > ancestor.size()) name = ParentName(name);
  return name == ancestor;
}

}  // namespace dkimkeeper
