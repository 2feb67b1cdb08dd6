#include "client/opendkim/data_set.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "proto/dkim/ascii.h"

namespace dkimkeeper {
namespace {

constexpr std::array kDatabases{"db:",  "dsn:",    "ldap:",   "ldaps:",    "ldapi:", "lua:",
                                "mdb:", "repute:", "erlang:", "memcache:", "socket:"};

std::string Trimmed(std::string_view text) { return std::string(TrimFoldingSpace(text)); }

std::optional<DataSetEntry> ReadLine(std::string_view line, unsigned number) {
  line = TrimFoldingSpace(line.substr(0, line.find('#')));
  if (line.empty()) return std::nullopt;
  const auto space = std::ranges::find_if(line, IsFoldingSpace);
  const auto length = static_cast<std::size_t>(space - line.begin());
  return DataSetEntry{number, std::string(line.substr(0, length)), Trimmed(line.substr(length))};
}

std::optional<DataSetEntry> ReadElement(std::string_view element, unsigned number) {
  const std::size_t equals = std::min(element.find('='), element.size());
  std::string key = Trimmed(element.substr(0, equals));
  if (key.empty()) return std::nullopt;
  element.remove_prefix(std::min(equals + 1, element.size()));
  return DataSetEntry{number, std::move(key), Trimmed(element)};
}

}  // namespace

DataSetName ParseDataSetName(std::string_view text) {
  for (const auto& [prefix, kind] :
       {std::pair("file:", DataSetKind::kFile), std::pair("refile:", DataSetKind::kPatterns),
        std::pair("csl:", DataSetKind::kList)}) {
    if (text.starts_with(prefix)) {
      return {kind, true, std::string(text.substr(std::string_view(prefix).size()))};
    }
  }
  for (const char* prefix : kDatabases) {
    if (text.starts_with(prefix)) return {DataSetKind::kDatabase, true, std::string(text)};
  }
  return {DataSetKind::kFile, false, std::string(text)};
}

std::vector<DataSetEntry> ReadDataSet(DataSetKind kind, std::string_view text) {
  std::vector<DataSetEntry> entries;
  const bool list = kind == DataSetKind::kList;
  for (unsigned number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find(list ? ',' : '\n'), text.size());
    const std::string_view part = text.substr(0, end);
    auto entry = list ? ReadElement(part, number) : ReadLine(part, number);
    if (entry) entries.push_back(*std::move(entry));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return entries;
}

}  // namespace dkimkeeper
