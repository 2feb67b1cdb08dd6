#include "server/store/key_rows.h"

#include <array>
#include <limits>
#include <utility>

#include "proto/dkim/base64.h"
#include "server/store/row_values.h"

namespace dkimkeeper {
namespace {

using namespace row_values;

struct TimeColumn {
  std::string_view column;
  std::optional<Timestamp> Key::* time;
};
constexpr std::array kTimes{
    TimeColumn{"published_at", &Key::published_at},
    TimeColumn{"activated_at", &Key::activated_at},
    TimeColumn{"retired_at", &Key::retired_at},
    TimeColumn{"signs_until", &Key::signs_until},
    TimeColumn{"revoked_at", &Key::revoked_at},
    TimeColumn{"destroying_at", &Key::destroying_at},
    TimeColumn{"destroyed_at", &Key::destroyed_at},
    TimeColumn{"quarantined_at", &Key::quarantined_at},
    TimeColumn{"usable_from", &Key::usable_from},
    TimeColumn{"proof_renewed_at", &Key::proof_renewed_at},
    TimeColumn{"record_lost_at", &Key::record_lost_at},
    TimeColumn{"rotate_at", &Key::rotate_at},
    TimeColumn{"stopped_at", &Key::stopped_at},
    TimeColumn{"handed_over_at", &Key::handed_over_at},
};

struct StageColumn {
  std::string_view column;
  RecordStage Key::* stage;
  std::optional<Timestamp> RecordStage::* time;
};
constexpr std::array kStages{
    StageColumn{"shown_begun_at", &Key::shown, &RecordStage::begun_at},
    StageColumn{"shown_asked_at", &Key::shown, &RecordStage::asked_at},
    StageColumn{"shown_proven_at", &Key::shown, &RecordStage::proven_at},
    StageColumn{"withdrawn_begun_at", &Key::withdrawn, &RecordStage::begun_at},
    StageColumn{"withdrawn_asked_at", &Key::withdrawn, &RecordStage::asked_at},
    StageColumn{"withdrawn_proven_at", &Key::withdrawn, &RecordStage::proven_at},
    StageColumn{"removed_begun_at", &Key::removed, &RecordStage::begun_at},
    StageColumn{"removed_asked_at", &Key::removed, &RecordStage::asked_at},
    StageColumn{"removed_proven_at", &Key::removed, &RecordStage::proven_at},
};

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

std::optional<PublicKey> PublicKeyIn(RowReader& row, Algorithm algorithm) {
  if (row.IsNull("public_key")) return std::nullopt;
  auto bytes = row.Value("public_key", DecodeBase64, EncodeBase64);
  if (!bytes) return std::nullopt;
  return PublicKey{.algorithm = algorithm, .record_bytes = *std::move(bytes)};
}

std::optional<std::uint64_t> StopGenerationIn(RowReader& row) {
  if (row.IsNull("stop_generation")) return std::nullopt;
  constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::uint64_t>(row.Number("stop_generation", 0, kHighest));
}

// What a key is called and is; its times and the rest of its columns come after.
Result<Key> ReadIdentity(RowReader& row) {
  const auto domain = DomainIn(row);
  const auto sender = SenderIn(row);
  const auto selector = SelectorIn(row);
  const auto algorithm = row.Value("algorithm", ParseAlgorithm, AlgorithmName);
  const auto origin = row.Value("origin", ParseOrigin, OriginName);
  const auto id = KeyIdIn(row);
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  constexpr std::int64_t kMaxBits = std::numeric_limits<unsigned>::max();
  return Key{.domain = *domain,
             .sender = *sender,
             .selector = *selector,
             .algorithm = *algorithm,
             .rsa_bits = static_cast<unsigned>(row.Number("rsa_bits", 0, kMaxBits)),
             .origin = *origin,
             .id = *id,
             .token = row.Text("token"),
             .public_key = PublicKeyIn(row, *algorithm),
             .lacks = {},
             .created_at = row.Time("created_at")};
}

}  // namespace

Row RowOf(const Key& key) {
  Row row(tables::kKeys);
  SetName({key.domain, key.selector}, row);
  row.Set("sender", key.sender.str());
  row.Set("algorithm", AlgorithmName(key.algorithm));
  row.Set("rsa_bits", std::int64_t{key.rsa_bits});
  row.Set("origin", OriginName(key.origin));
  row.Set("key_id", key.id.ToHex());
  row.Set("token", key.token);
  if (key.public_key) row.Set("public_key", EncodeBase64(key.public_key->record_bytes));
  row.Set("created_at", key.created_at);
  for (const auto& [column, time] : kTimes) row.Set(column, key.*time);
  for (const auto& [column, stage, time] : kStages) row.Set(column, key.*stage.*time);
  row.Set("compromised", std::int64_t{key.compromised});
  row.Set("override_reason", key.override_reason);
  row.Set("override_by", key.override_by);
  row.Set("publisher", key.publisher);
  row.Set("record_foreign", std::int64_t{key.record_foreign});
  if (key.stop_generation) {
    row.Set("stop_generation", static_cast<std::int64_t>(*key.stop_generation));
  }
  row.Set("destroy_now", std::int64_t{key.destroy_now});
  return row;
}

Row RowOf(const KeyName& name, std::int64_t position, std::string_view lack) {
  Row row(tables::kKeyLacks);
  SetName(name, row);
  row.Set("position", position);
  row.Set("attribute", lack);
  return row;
}

Result<Key> ReadKey(RowReader& row) {
  auto key = ReadIdentity(row);
  if (!key) return key;
  for (const auto& [column, time] : kTimes) (*key).*time = row.OptionalTime(column);
  for (const auto& [column, stage, time] : kStages) {
    (*key).*stage.*time = row.OptionalTime(column);
  }
  key->compromised = row.Flag("compromised");
  key->override_reason = row.Text("override_reason");
  key->override_by = row.Text("override_by");
  key->publisher = row.Text("publisher");
  key->record_foreign = row.Flag("record_foreign");
  key->stop_generation = StopGenerationIn(row);
  key->destroy_now = row.Flag("destroy_now");
  return Unless(row.damage(), *std::move(key));
}

Result<LackRow> ReadLack(RowReader& row) {
  const auto domain = DomainIn(row);
  const auto selector = SelectorIn(row);
  const std::string& attribute = row.Text("attribute");
  if (row.damage()) return tl::unexpected<Error>(*row.damage());
  return LackRow{{*domain, *selector}, attribute};
}

Result<FormerLackRow> ReadFormerLack(RowReader& row) {
  const auto id = KeyIdIn(row);
  auto lack = ReadLack(row);
  if (!lack) return Forward(lack);
  return FormerLackRow{std::move(lack->key), *id, std::move(lack->attribute)};
}

}  // namespace dkimkeeper
