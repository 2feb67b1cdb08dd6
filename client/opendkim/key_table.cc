#include "client/opendkim/key_table.h"

#include <algorithm>
#include <map>
#include <utility>

#include "proto/reason.h"
#include "proto/result.h"

namespace dkimkeeper {
namespace {

constexpr const char* kShape = "write NAME DOMAIN:SELECTOR:/path/of/the/key";

// opendkim.conf(5): everything else is the key itself.
bool IsPath(std::string_view key) {
  return key.starts_with('/') || key.starts_with("./") || key.starts_with("../");
}

Result<KeyTableEntry> ReadEntry(const DataSetEntry& entry) {
  const std::string& value = entry.value;
  const std::size_t first = value.find(':');
  const std::size_t second = first == std::string::npos ? first : value.find(':', first + 1);
  if (second == std::string::npos || second + 1 == value.size()) {
    return Fail(Code::kInvalidArgument, reason::kBadDocument,
                std::string("has not domain, selector and key; ") + kShape);
  }
  const std::string domain = value.substr(0, first);
  std::optional<Domain> parsed_domain;
  if (domain != "%") {
    auto parsed = Domain::Parse(domain);
    if (!parsed) return Forward(parsed);
    parsed_domain = *std::move(parsed);
  }
  auto selector =
      Selector::Parse(value.substr(first + 1, second - first - 1), Underscore::kAllowed);
  if (!selector) return Forward(selector);
  std::string key = value.substr(second + 1);
  if (!IsPath(key)) key.clear();
  return KeyTableEntry{entry.line, entry.key, std::move(parsed_domain), *std::move(selector),
                       std::move(key)};
}

}  // namespace

const KeyTableEntry* KeyTable::Find(std::string_view name) const {
  const auto found = std::ranges::find(entries, name, &KeyTableEntry::name);
  return found == entries.end() ? nullptr : &*found;
}

KeyTable ReadKeyTable(std::span<const DataSetEntry> entries) {
  KeyTable table;
  std::map<std::string, unsigned> lines;
  for (const DataSetEntry& each : entries) {
    if (each.value.empty()) {  // perhaps a line of a key that goes over several: it is not shown
      table.problems.push_back({each.line, "", std::string("has a name only; ") + kShape});
      continue;
    }
    const auto [first, is_new] = lines.emplace(each.key, each.line);
    if (!is_new) {
      table.problems.push_back({each.line, each.key,
                                "line " + std::to_string(first->second) +
                                    " has the same name, and OpenDKIM takes that one; give this "
                                    "one another name, or remove it"});
      continue;
    }
    auto entry = ReadEntry(each);
    if (entry) {
      table.entries.push_back(*std::move(entry));
    } else {
      table.problems.push_back({each.line, each.key, entry.error().message});
    }
  }
  return table;
}

}  // namespace dkimkeeper
