#include "server/store/rows.h"

#include <utility>

#include "server/store/row_values.h"

namespace dkimkeeper {
namespace {

using namespace row_values;

std::string_view FailPolicyName(FailPolicy policy) {
  switch (policy) {
    case FailPolicy::kTempfail:
      return "tempfail";
    case FailPolicy::kUnsigned:
      return "unsigned";
  }
  return "";
}

std::optional<FailPolicy> ParseFailPolicy(std::string_view name) {
  for (const FailPolicy policy : {FailPolicy::kTempfail, FailPolicy::kUnsigned}) {
    if (FailPolicyName(policy) == name) return policy;
  }
  return std::nullopt;
}

void SetPlacement(const Placement& placement, Row& row) {
  row.Set("token", placement.token);
  row.Set("standby_token", placement.standby_token);
}

Placement PlacementIn(RowReader& row) {
  return {.token = row.Text("token"), .standby_token = row.Text("standby_token")};
}

}  // namespace

Row RowOf(const DomainEntry& entry) {
  Row row(tables::kDomains);
  row.Set("domain", entry.domain.str());
  row.Set("allow_underscore", std::int64_t{entry.allow_underscore});
  row.Set("fail_policy", FailPolicyName(entry.fail_policy));
  row.Set("created_at", entry.created_at);
  SetPlacement(entry.placement, row);
  row.Set("paused_at", entry.paused_at);
  row.Set("waits_from", entry.waits_from);
  row.Set("removing_at", entry.removing_at);
  row.Set("delegation_label", entry.delegation_label);
  return row;
}

Row RowOf(const DomainEntry& entry, const Sender& sender) {
  Row row(tables::kSenders);
  row.Set("domain", entry.domain.str());
  row.Set("sender", sender.str());
  const auto own = entry.sender_placements.find(sender);
  SetPlacement(own == entry.sender_placements.end() ? Placement() : own->second, row);
  const auto removing = entry.removing_senders.find(sender);
  if (removing != entry.removing_senders.end()) row.Set("removing_at", removing->second);
  return row;
}

Row RowOf(const SettingRow& setting) {
  Row row(tables::kSettings);
  row.Set("domain", setting.domain.str());
  row.Set("sender", setting.sender ? setting.sender->str() : "");
  row.Set("name", setting.setting.first);
  row.Set("value", setting.setting.second);
  return row;
}

Row RowOf(const TokenRecord& record) {
  Row row(tables::kTokens);
  row.Set("name", record.name);
  row.Set("backed_up_at", record.backed_up_at);
  row.Set("compromised_at", record.compromised_at);
  return row;
}

Row RowOf(const KeyName& reserved) {
  Row row(tables::kReservedSelectors);
  SetName(reserved, row);
  return row;
}

Result<DomainEntry> ReadDomain(RowReader& row) {
  const auto domain = DomainIn(row);
  const auto policy = row.Value("fail_policy", ParseFailPolicy, FailPolicyName);
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  DomainEntry entry{.domain = *domain,
                    .allow_underscore = row.Flag("allow_underscore"),
                    .fail_policy = *policy,
                    .senders = {},
                    .created_at = row.Time("created_at"),
                    .placement = PlacementIn(row),
                    .paused_at = row.OptionalTime("paused_at"),
                    .waits_from = row.OptionalTime("waits_from"),
                    .removing_at = row.OptionalTime("removing_at"),
                    .delegation_label = row.Text("delegation_label")};
  return Unless(row.damage(), std::move(entry));
}

Result<SenderRow> ReadSender(RowReader& row) {
  const auto domain = DomainIn(row);
  const auto sender = SenderIn(row);
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  SenderRow read{*domain, *sender, PlacementIn(row), row.OptionalTime("removing_at")};
  return Unless(row.damage(), std::move(read));
}

Result<SettingRow> ReadSetting(RowReader& row) {
  const auto domain = DomainIn(row);
  const bool of_sender = !row.Text("sender").empty();
  const auto sender = of_sender ? std::optional(SenderIn(row)) : std::nullopt;
  std::pair setting(row.Text("name"), row.Text("value"));
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  return SettingRow{*domain, sender ? std::optional(**sender) : std::nullopt, std::move(setting)};
}

Result<TokenRecord> ReadToken(RowReader& row) {
  TokenRecord record{.name = row.Text("name"),
                     .backed_up_at = row.OptionalTime("backed_up_at"),
                     .compromised_at = row.OptionalTime("compromised_at")};
  return Unless(row.damage(), std::move(record));
}

Result<KeyName> ReadReserved(RowReader& row) {
  const auto domain = DomainIn(row);
  const auto selector = SelectorIn(row);
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  return KeyName{*domain, *selector};
}

Result<std::optional<Timestamp>> ReadWaitsFrom(RowReader& row) {
  auto waits_from = row.OptionalTime("waits_from");
  return Unless(row.damage(), waits_from);
}

}  // namespace dkimkeeper
