// Grants and groups ↔ rows.
#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "server/store/row_values.h"
#include "server/store/rows.h"

namespace dkimkeeper {
namespace {

using namespace row_values;

// Lists stand in one cell, with commas between: none of their items has one.
template <typename T, typename Print>
std::string ListText(const std::set<T>& items, const Print& print) {
  std::string text;
  for (const T& item : items) text.append(text.empty() ? "" : ",").append(print(item));
  return text;
}

template <typename T, typename Parse>
std::optional<std::set<T>> ParseList(std::string_view text, const Parse& parse) {
  std::set<T> items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    auto item = parse(text.substr(0, end));
    if (!item) return std::nullopt;
    items.insert(*std::move(item));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

// Of a list's cell; damage where it is not as ListText writes it.
template <typename T, typename Parse, typename Print>
std::set<T> ListIn(RowReader& row, std::string_view column, const Parse& parse,
                   const Print& print) {
  return row
      .Value(
          column, [&](std::string_view text) { return ParseList<T>(text, parse); },
          [&](const std::set<T>& items) { return ListText(items, print); })
      .value_or(std::set<T>());
}

std::uint32_t CountIn(RowReader& row, std::string_view column) {
  constexpr std::int64_t kHighest = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(row.Number(column, 0, kHighest));
}

GrantLimits LimitsIn(RowReader& row) {
  return {.algorithms = ListIn<Algorithm>(row, "algorithms", ParseAlgorithm, AlgorithmName),
          .networks = ListIn<IpNetwork>(row, "networks", IpNetwork::Parse, StrOf<IpNetwork>),
          .valid_from = row.OptionalTime("valid_from"),
          .valid_until = row.OptionalTime("valid_until"),
          .per_second = CountIn(row, "per_second"),
          .per_day = CountIn(row, "per_day"),
          .headers_required = row.Flag("headers_required")};
}

}  // namespace

Row RowOf(const LimitedGrant& limited) {
  const auto& [grant, limits] = limited;
  Row row(tables::kGrants);
  row.Set("identity", grant.identity.str());
  row.Set("verb", VerbName(grant.verb));
  row.Set("domain", grant.scope.PlaceText());
  row.Set("sender", grant.scope.SenderText());
  row.Set("algorithms", ListText(limits.algorithms, AlgorithmName));
  row.Set("networks", ListText(limits.networks, StrOf<IpNetwork>));
  row.Set("valid_from", limits.valid_from);
  row.Set("valid_until", limits.valid_until);
  row.Set("per_second", std::int64_t{limits.per_second});
  row.Set("per_day", std::int64_t{limits.per_day});
  row.Set("headers_required", std::int64_t{limits.headers_required});
  return row;
}

Row RowOf(const Membership& membership) {
  Row row(tables::kGroupMembers);
  row.Set("group_name", membership.group.str());
  row.Set("member", membership.member.str());
  return row;
}

Result<LimitedGrant> ReadGrant(RowReader& row) {
  const auto identity = row.Value("identity", Grantee::Parse, StrOf<Grantee>);
  const auto verb = row.Value("verb", ParseVerb, VerbName);
  // The place by itself, so that the column that is damaged is the one that is named.
  (void)row.Value(
      "domain", [](std::string_view domain) { return Scope::Parse(domain, "*"); },
      [](const Scope& parsed) { return parsed.PlaceText(); });
  const auto scope = row.Value(
      "sender", [&](std::string_view sender) { return Scope::Parse(row.Text("domain"), sender); },
      [](const Scope& parsed) { return parsed.SenderText(); });
  GrantLimits limits = LimitsIn(row);
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  return LimitedGrant{{*identity, *verb, *scope}, std::move(limits)};
}

Result<Membership> ReadMembership(RowReader& row) {
  const auto group = row.Value("group_name", GroupName::Parse, StrOf<GroupName>);
  const auto member = row.Value("member", GroupMember::Parse, StrOf<GroupMember>);
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  return Membership{*group, *member};
}

}  // namespace dkimkeeper
