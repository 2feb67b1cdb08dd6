#include "server/rpc/what_is_seen.h"

#include "server/rpc/mutation.h"
#include "server/store/key_rows.h"
#include "server/store/rows.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kDigits = 16;

// Cells of rows, none of which can look like two.
void Append(const Row& row, std::string& text) {
  text.append(row.table().name);
  for (const auto& cell : row.cells()) {
    text.append(1, ' ');
    if (cell) text.append(std::to_string(cell->size())).append(1, ':').append(*cell);
  }
  text += '\n';
}

void Append(const Contents& contents, const Grant& grant, std::string& text) {
  const auto limits = contents.grant_limits.find(grant);
  const bool limited = limits != contents.grant_limits.end();
  Append(RowOf(LimitedGrant{grant, limited ? limits->second : GrantLimits()}), text);
}

// Who is in which group, where one of the two is `name`.
void AppendMemberships(const Contents& contents, const std::string& name, std::string& text) {
  for (const Membership& each : contents.group_members) {
    if (each.group.str() == name || each.member.str() == name) Append(RowOf(each), text);
  }
}

}  // namespace

std::string SeenOfText(const std::string& text) { return Sha256Hex(text).substr(0, kDigits); }

std::string Seen(const Key& key) {
  std::string text;
  Append(RowOf(key), text);
  return SeenOfText(text);
}

std::string Seen(const Contents& contents, const Domain& domain) {
  std::string text;
  const auto found = contents.domains.find(domain);
  if (found != contents.domains.end()) {
    const DomainEntry& entry = found->second;
    Append(RowOf(entry), text);
    for (const auto& word : entry.policy) Append(RowOf(SettingRow{domain, {}, word}), text);
    for (const Sender& sender : entry.senders) Append(RowOf(entry, sender), text);
    for (const auto& [sender, words] : entry.sender_policies) {
      for (const auto& word : words) Append(RowOf(SettingRow{domain, sender, word}), text);
    }
  }
  for (const auto& [name, key] : contents.keys) {
    if (name.first == domain) Append(RowOf(*key), text);
  }
  return SeenOfText(text);
}

std::string Seen(const Contents& contents, const Grant& grant) {
  std::string text;
  for (const Grant& each : contents.grants) {
    if (each.identity == grant.identity) Append(contents, each, text);
  }
  AppendMemberships(contents, grant.identity.str(), text);
  if (const auto& group = grant.scope.group()) AppendMemberships(contents, group->str(), text);
  return SeenOfText(text);
}

std::string SeenOfGroup(const Contents& contents, const std::string& group) {
  std::string text;
  for (const Grant& each : contents.grants) {
    const bool named =
        each.identity.str() == group || (each.scope.group() && each.scope.group()->str() == group);
    if (named) Append(contents, each, text);
  }
  AppendMemberships(contents, group, text);
  return SeenOfText(text);
}

}  // namespace dkimkeeper
