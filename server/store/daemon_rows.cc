#include "server/store/daemon_rows.h"

#include <limits>
#include <utility>

#include "server/store/row_values.h"

namespace dkimkeeper {
namespace {

using namespace row_values;

constexpr std::int64_t kOnlyRow = 1;

std::uint64_t CountIn(RowReader& row, std::string_view column) {
  constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::uint64_t>(row.Number(column, 0, kHighest));
}

}  // namespace

Row RowOf(const RequestEntry& request) {
  Row row(tables::kRequests);
  row.Set("caller", request.key.caller);
  row.Set("request_id", request.key.id);
  row.Set("fingerprint", request.fingerprint);
  row.Set("subject", request.subject);
  row.Set("recorded_at", request.at);
  return row;
}

Row RowOf(const Lease& lease, std::optional<Timestamp> watched_until) {
  Row row(tables::kLease);
  row.Set("id", kOnlyRow);
  row.Set("holder", lease.holder);
  row.Set("fence", static_cast<std::int64_t>(lease.fence));
  row.Set("held_until", lease.until);
  row.Set("watched_until", watched_until);
  return row;
}

Row RowOf(const DaemonBeat& beat) {
  Row row(tables::kDaemons);
  row.Set("name", beat.name);
  row.Set("generation", static_cast<std::int64_t>(beat.generation));
  row.Set("heard_at", beat.at);
  return row;
}

Row RowOf(const AgentAcknowledgement& heard) {
  Row row(tables::kAgents);
  row.Set("identity", heard.identity.str());
  row.Set("generation", static_cast<std::int64_t>(heard.generation));
  row.Set("seen_at", heard.at);
  return row;
}

Row RowOf(const KeyId& key, const StoredCheck& check) {
  Row row(tables::kChecks);
  row.Set("key_id", key.ToHex());
  row.Set("checked_at", check.at);
  row.Set("findings", check.text);
  return row;
}

Row RowOf(const std::string& origin, const StoredCheckpoint& checkpoint) {
  Row row(tables::kCheckpoints);
  row.Set("origin", origin);
  row.Set("size", static_cast<std::int64_t>(checkpoint.size));
  row.Set("signed_at", checkpoint.at);
  row.Set("note", checkpoint.note);
  return row;
}

Result<RequestEntry> ReadRequest(RowReader& row) {
  RequestEntry request{.key = {.caller = row.Text("caller"), .id = row.Text("request_id")},
                       .fingerprint = row.Text("fingerprint"),
                       .subject = row.Text("subject"),
                       .at = row.Time("recorded_at")};
  return Unless(row.damage(), std::move(request));
}

Result<Lease> ReadLease(RowReader& row) {
  Lease lease{.holder = row.Text("holder"),
              .fence = CountIn(row, "fence"),
              .until = row.Time("held_until"),
              .watched_before = row.OptionalTime("watched_until")};
  return Unless(row.damage(), std::move(lease));
}

Result<DaemonBeat> ReadBeat(RowReader& row) {
  DaemonBeat beat{.name = row.Text("name"),
                  .generation = CountIn(row, "generation"),
                  .at = row.Time("heard_at")};
  return Unless(row.damage(), std::move(beat));
}

Result<AgentAcknowledgement> ReadAcknowledgement(RowReader& row) {
  const auto identity = IdentityIn(row);
  if (!identity) return tl::unexpected<Error>(*row.damage());
  AgentAcknowledgement heard{
      .identity = *identity, .generation = CountIn(row, "generation"), .at = row.Time("seen_at")};
  return Unless(row.damage(), std::move(heard));
}

Result<StoredCheck> ReadCheck(RowReader& row) {
  StoredCheck check{.at = row.Time("checked_at"), .text = row.Text("findings")};
  return Unless(row.damage(), std::move(check));
}

Result<std::pair<std::string, StoredCheckpoint>> ReadCheckpoint(RowReader& row) {
  std::pair checkpoint{row.Text("origin"), StoredCheckpoint{.size = CountIn(row, "size"),
                                                            .at = row.Time("signed_at"),
                                                            .note = row.Text("note")}};
  return Unless(row.damage(), std::move(checkpoint));
}

}  // namespace dkimkeeper
