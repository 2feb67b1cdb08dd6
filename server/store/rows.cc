#include "server/store/rows.h"

#include <limits>

#include "proto/dkim/base64.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kAll = "*";

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

std::string_view OriginName(KeyOrigin origin) {
  switch (origin) {
    case KeyOrigin::kGenerated:
      return "generated";
    case KeyOrigin::kImported:
      return "imported";
  }
  return "";
}

std::optional<KeyOrigin> ParseOrigin(std::string_view name) {
  for (const KeyOrigin origin : {KeyOrigin::kGenerated, KeyOrigin::kImported}) {
    if (OriginName(origin) == name) return origin;
  }
  return std::nullopt;
}

std::string StrOf(const auto& value) { return value.str(); }

auto DomainIn(RowReader& row) { return row.Value("domain", Domain::Parse, StrOf<Domain>); }

auto SenderIn(RowReader& row) { return row.Value("sender", Sender::Parse, StrOf<Sender>); }

// Whether a domain allows underscores was decided when the key was made, and may change later.
auto SelectorIn(RowReader& row) {
  return row.Value(
      "selector", [](std::string_view text) { return Selector::Parse(text, Underscore::kAllowed); },
      StrOf<Selector>);
}

std::optional<PublicKey> PublicKeyIn(RowReader& row, Algorithm algorithm) {
  if (row.IsNull("public_key")) return std::nullopt;
  auto bytes = row.Value("public_key", DecodeBase64, EncodeBase64);
  if (!bytes) return std::nullopt;
  return PublicKey{.algorithm = algorithm, .record_bytes = *std::move(bytes)};
}

template <typename T>
Result<T> Unless(const std::optional<Error>& damage, T value) {
  if (damage) return tl::unexpected<Error>(*damage);
  return value;
}

void SetTimes(const Key& key, Row& row) {
  row.Set("created_at", key.created_at);
  row.Set("published_at", key.published_at);
  row.Set("activated_at", key.activated_at);
  row.Set("retired_at", key.retired_at);
  row.Set("signs_until", key.signs_until);
  row.Set("revoked_at", key.revoked_at);
  row.Set("destroying_at", key.destroying_at);
  row.Set("destroyed_at", key.destroyed_at);
  row.Set("quarantined_at", key.quarantined_at);
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
  return row;
}

Row RowOf(const DomainEntry& entry, const Sender& sender) {
  Row row(tables::kSenders);
  row.Set("domain", entry.domain.str());
  row.Set("sender", sender.str());
  const auto own = entry.sender_placements.find(sender);
  SetPlacement(own == entry.sender_placements.end() ? Placement() : own->second, row);
  return row;
}

Row RowOf(const Key& key) {
  Row row(tables::kKeys);
  row.Set("domain", key.domain.str());
  row.Set("selector", key.selector.str());
  row.Set("sender", key.sender.str());
  row.Set("algorithm", AlgorithmName(key.algorithm));
  row.Set("rsa_bits", std::int64_t{key.rsa_bits});
  row.Set("origin", OriginName(key.origin));
  row.Set("key_id", key.id.ToHex());
  row.Set("token", key.token);
  if (key.public_key) row.Set("public_key", EncodeBase64(key.public_key->record_bytes));
  SetTimes(key, row);
  row.Set("compromised", std::int64_t{key.compromised});
  row.Set("override_reason", key.override_reason);
  row.Set("override_by", key.override_by);
  return row;
}

Row RowOf(const KeyName& name, std::int64_t position, std::string_view lack) {
  Row row(tables::kKeyLacks);
  row.Set("domain", name.first.str());
  row.Set("selector", name.second.str());
  row.Set("position", position);
  row.Set("attribute", lack);
  return row;
}

Row RowOf(const Grant& grant) {
  Row row(tables::kGrants);
  const auto& [domain, sender] = std::pair(grant.scope.domain(), grant.scope.sender());
  row.Set("identity", grant.identity.str());
  row.Set("verb", VerbName(grant.verb));
  row.Set("domain", domain ? domain->str() : kAll);
  row.Set("sender", sender ? sender->str() : kAll);
  return row;
}

Row RowOf(const RequestEntry& request) {
  Row row(tables::kRequests);
  row.Set("caller", request.key.caller);
  row.Set("request_id", request.key.id);
  row.Set("fingerprint", request.fingerprint);
  row.Set("subject", request.subject);
  row.Set("recorded_at", request.at);
  return row;
}

Result<DomainEntry> ReadDomain(RowReader& row) {
  const auto domain = DomainIn(row);
  const auto policy = row.Value("fail_policy", ParseFailPolicy, FailPolicyName);
  const bool allow_underscore = row.Flag("allow_underscore");
  const Timestamp created_at = row.Time("created_at");
  Placement placement = PlacementIn(row);
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  return DomainEntry{.domain = *domain,
                     .allow_underscore = allow_underscore,
                     .fail_policy = *policy,
                     .senders = {},
                     .created_at = created_at,
                     .placement = std::move(placement)};
}

Result<SenderRow> ReadSender(RowReader& row) {
  const auto domain = DomainIn(row);
  const auto sender = SenderIn(row);
  Placement placement = PlacementIn(row);
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  return SenderRow{*domain, *sender, std::move(placement)};
}

Result<Key> ReadKey(RowReader& row) {
  const auto domain = DomainIn(row);
  const auto sender = SenderIn(row);
  const auto selector = SelectorIn(row);
  const auto algorithm = row.Value("algorithm", ParseAlgorithm, AlgorithmName);
  const auto origin = row.Value("origin", ParseOrigin, OriginName);
  const auto id = row.Value("key_id", KeyId::FromHex, [](const KeyId& key) { return key.ToHex(); });
  if (row.damage()) return tl::unexpected<Error>(*row.damage());

  constexpr std::int64_t kMaxBits = std::numeric_limits<unsigned>::max();
  Key key{.domain = *domain,
          .sender = *sender,
          .selector = *selector,
          .algorithm = *algorithm,
          .rsa_bits = static_cast<unsigned>(row.Number("rsa_bits", 0, kMaxBits)),
          .origin = *origin,
          .id = *id,
          .token = row.Text("token"),
          .public_key = PublicKeyIn(row, *algorithm),
          .lacks = {},
          .created_at = row.Time("created_at"),
          .published_at = row.OptionalTime("published_at"),
          .activated_at = row.OptionalTime("activated_at"),
          .retired_at = row.OptionalTime("retired_at"),
          .signs_until = row.OptionalTime("signs_until"),
          .revoked_at = row.OptionalTime("revoked_at"),
          .destroying_at = row.OptionalTime("destroying_at"),
          .destroyed_at = row.OptionalTime("destroyed_at"),
          .quarantined_at = row.OptionalTime("quarantined_at"),
          .compromised = row.Flag("compromised"),
          .override_reason = row.Text("override_reason"),
          .override_by = row.Text("override_by")};
  return Unless(row.damage(), std::move(key));
}

Result<LackRow> ReadLack(RowReader& row) {
  const auto domain = DomainIn(row);
  const auto selector = SelectorIn(row);
  const std::string& attribute = row.Text("attribute");
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  return LackRow{{*domain, *selector}, attribute};
}

Result<Grant> ReadGrant(RowReader& row) {
  const auto identity = row.Value("identity", Identity::Parse, StrOf<Identity>);
  const auto verb = row.Value("verb", ParseVerb, VerbName);
  const bool every_domain = row.Text("domain") == kAll;
  const bool every_sender = row.Text("sender") == kAll;
  const auto domain = every_domain ? std::nullopt : std::optional(DomainIn(row));
  const auto sender = every_sender ? std::nullopt : std::optional(SenderIn(row));
  if (every_domain && !every_sender) row.MarkDamaged("sender");
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  if (every_domain) return Grant{*identity, *verb, Scope::Everything()};
  if (every_sender) return Grant{*identity, *verb, Scope::AllOf(**domain)};
  return Grant{*identity, *verb, Scope::Of(**domain, **sender)};
}

Result<RequestEntry> ReadRequest(RowReader& row) {
  RequestEntry request{.key = {.caller = row.Text("caller"), .id = row.Text("request_id")},
                       .fingerprint = row.Text("fingerprint"),
                       .subject = row.Text("subject"),
                       .at = row.Time("recorded_at")};
  return Unless(row.damage(), std::move(request));
}

Row RowOf(const TokenRecord& record) {
  Row row(tables::kTokens);
  row.Set("name", record.name);
  row.Set("backed_up_at", record.backed_up_at);
  row.Set("compromised_at", record.compromised_at);
  return row;
}

Result<TokenRecord> ReadToken(RowReader& row) {
  TokenRecord record{.name = row.Text("name"),
                     .backed_up_at = row.OptionalTime("backed_up_at"),
                     .compromised_at = row.OptionalTime("compromised_at")};
  return Unless(row.damage(), std::move(record));
}

}  // namespace dkimkeeper
