#include "client/agent/author_rights.h"

#include <sstream>

#include "proto/base/config/problems.h"
#include "proto/reason.h"

namespace dkimkeeper {

Result<AuthorRights> AuthorRights::Parse(std::string_view text, const std::string& file_name) {
  AuthorRights rights;
  Problems problems(file_name);
  std::istringstream lines{std::string(text)};
  std::size_t number = 0;
  for (std::string written; std::getline(lines, written);) {
    ++number;
    std::istringstream words(written);
    std::string identity;
    if (!(words >> identity) || identity.front() == '#') continue;
    const auto [entry, is_new] = rights.lines_.try_emplace(identity);
    if (!is_new) problems.Add(number, "", "an identity has a second line; write it into one");
    Line& line = entry->second;
    for (std::string word; words >> word;) {
      if (word == "*") {
        line.any = true;
      } else if (auto domain = Domain::Parse(word)) {
        line.domains.insert(*std::move(domain));
      } else {
        problems.Add(number, "", domain.error().message);
      }
    }
  }
  if (problems.empty()) return rights;
  return Fail(Code::kInvalidArgument, reason::kBadConfig, problems.Render());
}

bool AuthorRights::MayUse(const std::string& identity, const Domain& author) const {
  if (const auto line = lines_.find(identity); line != lines_.end()) {
    return line->second.any || line->second.domains.contains(author);
  }
  const std::size_t at = identity.rfind('@');
  if (at == std::string::npos) return false;
  const auto own = Domain::Parse(std::string_view(identity).substr(at + 1));
  return own && *own == author;
}

}  // namespace dkimkeeper
