#include "client/cli/access_views.h"

#include <algorithm>
#include <map>

#include "client/cli/names.h"
#include "client/cli/table.h"
#include "client/cli/time_text.h"

namespace dkimkeeper {
namespace {

template <typename Texts>
std::string Joined(const Texts& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + Printable(text);
  return joined;
}

}  // namespace

std::string ShowLimits(const v1::GrantLimits& limits) {
  std::vector<std::string> parts;
  if (limits.valid_from_ms() != 0) parts.push_back("begins " + UtcText(limits.valid_from_ms()));
  if (limits.valid_until_ms() != 0) parts.push_back("until " + UtcText(limits.valid_until_ms()));
  for (const std::string& network : limits.networks()) parts.push_back("from " + network);
  for (const int algorithm : limits.algorithms()) {
    parts.push_back(NameOf(static_cast<v1::Algorithm>(algorithm)));
  }
  if (limits.per_second() != 0) {
    parts.push_back(std::to_string(limits.per_second()) + " a second");
  }
  if (limits.per_day() != 0) parts.push_back(std::to_string(limits.per_day()) + " a day");
  if (limits.headers_required()) parts.emplace_back("headers only");
  return Joined(parts);
}

std::string ShowGrants(const std::vector<v1::Grant>& grants) {
  std::vector<TableRow> rows;
  rows.reserve(grants.size());
  for (const v1::Grant& grant : grants) {
    rows.push_back({grant.identity(), NameOf(grant.verb()), grant.domain(), grant.sender(),
                    grant.bootstrap() ? "configuration" : "grant", ShowLimits(grant.limits())});
  }
  return RenderTable({"IDENTITY", "VERB", "DOMAIN", "SENDER", "FROM", "LIMITS"}, rows);
}

std::string ShowWhoAmI(const v1::WhoAmIResponse& who) {
  std::string text = Printable(who.identity());
  if (!who.address().empty()) text += " at " + Printable(who.address());
  text += "\n";
  if (who.groups_size() > 0) text += "in " + Joined(who.groups()) + "\n";
  if (who.grants().empty()) return text + "no grants: everything is denied\n";
  return text + "\n" + ShowGrants({who.grants().begin(), who.grants().end()});
}

std::string ShowExplanation(const v1::ExplainGrantResponse& explanation) {
  std::string text = Printable(explanation.explanation()) + "\n";
  if (explanation.has_decides()) text += "\n" + ShowGrants({explanation.decides()});
  if (explanation.failed().empty()) return text;
  text += "\nGrants that a limit keeps out:\n";
  for (const v1::FailedGrant& failed : explanation.failed()) {
    text += "  " + Printable(failed.grant().identity()) + " on " +
            Printable(failed.grant().domain() + "/" + failed.grant().sender()) + " " +
            Printable(failed.why()) + "\n";
  }
  return text;
}

std::string ShowGroups(const std::vector<v1::Group>& groups) {
  std::vector<TableRow> rows;
  rows.reserve(groups.size());
  for (const v1::Group& group : groups) {
    rows.push_back({group.name(), group.of_identities() ? "identities" : "domains",
                    std::to_string(group.size())});
  }
  return RenderTable({"GROUP", "OF", "MEMBERS"}, rows);
}

std::string ShowMembers(const v1::Group& group) {
  std::string text;
  for (const std::string& member : group.members()) text += Printable(member) + "\n";
  return text;
}

std::string ShowInEffect(const v1::InEffect& in_effect) {
  const int all = in_effect.daemons_size() + in_effect.behind_size();
  std::string text = "in effect on " + std::to_string(in_effect.daemons_size()) + " of " +
                     std::to_string(all) + (all == 1 ? " daemon" : " daemons");
  if (in_effect.behind_size() > 0) text += "; not yet on " + Joined(in_effect.behind());
  return text + "\n";
}

namespace {

TableRow RowOf(const v1::IdentityActivity& one, const std::string& name, std::int64_t now_ms) {
  const std::map<std::string, std::uint64_t> sorted(one.refused().begin(), one.refused().end());
  std::string refused;
  for (const auto& [reason, count] : sorted) {
    refused += (refused.empty() ? "" : ", ") + std::to_string(count) + " " + reason;
  }
  std::int64_t newest = 0;
  for (const v1::GrantUse& use : one.grants()) newest = std::max(newest, use.first_used_ms());
  return {name,
          std::to_string(one.signatures()),
          TimeText(one.last_signature_ms(), now_ms),
          TimeText(newest, now_ms),
          refused,
          TimeText(one.last_refused_ms(), now_ms)};
}

}  // namespace

std::string ShowActivity(const v1::GetActivityResponse& activity, std::int64_t now_ms) {
  std::vector<TableRow> rows;
  for (const v1::IdentityActivity& one : activity.identities()) {
    rows.push_back(RowOf(one, one.identity().empty() ? "(none)" : one.identity(), now_ms));
  }
  const v1::IdentityActivity& others = activity.others();
  if (others.signatures() > 0 || !others.refused().empty()) {
    rows.push_back(RowOf(others, "(others)", now_ms));
  }
  if (rows.empty()) return "";
  return "\nCallers since " + TimeText(activity.since_ms(), now_ms) + "\n" +
         RenderTable(
             {"IDENTITY", "SIGNATURES", "LAST", "NEWEST GRANT USED", "REFUSED", "LAST REFUSED"},
             rows);
}

}  // namespace dkimkeeper
