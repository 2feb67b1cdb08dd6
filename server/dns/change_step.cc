#include "server/dns/change_step.h"

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// By its key; by text, too, for what we rendered ourselves.
bool IsRecord(const std::string& value, const KeyRecord& record) {
  if (value == RenderKeyRecord(record)) return true;
  const auto parsed = ParseKeyRecord(value);
  return parsed && parsed->public_key == record.public_key;
}

// What the owner may not have changed, where only the tags make the difference.
bool IsWholeRecord(const std::string& value, const KeyRecord& record) {
  const auto parsed = ParseKeyRecord(value);
  return value == RenderKeyRecord(record) || (parsed && *parsed == record);
}

bool IsAfter(const std::string& value, const RecordChange& change) {
  if (!change.after) return false;
  const bool tags_only = change.before && change.before->public_key == change.after->public_key;
  return tags_only ? IsWholeRecord(value, *change.after) : IsRecord(value, *change.after);
}

std::string WhatStands(const StandingRecords& standing) {
  if (!standing.cname.empty()) return "a CNAME to " + standing.cname;
  if (standing.txt.empty()) return "no TXT record";
  if (standing.txt.size() > 1) return std::to_string(standing.txt.size()) + " TXT records";
  const auto parsed = ParseKeyRecord(Joined(standing.txt.front()));
  if (!parsed) return "a TXT record that is no key record";
  return parsed->public_key ? "the record of another key" : "the record of a revoked key";
}

}  // namespace

tl::unexpected<Error> RecordChanged(std::string_view name, const StandingRecords& standing) {
  return Fail(Code::kFailedPrecondition, reason::kRecordChanged,
              "at " + std::string(name) + " stands " + WhatStands(standing) +
                  ", which is not ours to change, and is left alone; look at `dkimkeeper dns "
                  "check`, then remove or restore what stands there");
}

Result<ChangeStep> StepFor(const RecordChange& change, const StandingRecords& standing) {
  const auto name = NameWritten(change);
  if (!name) return Forward(name);
  if (!standing.cname.empty()) return RecordChanged(*name, standing);
  if (standing.txt.empty()) {
    if (!change.after) return ChangeStep::kNothing;
    if (!change.before) return ChangeStep::kCreate;
    return RecordChanged(*name, standing);
  }
  if (standing.txt.size() > 1) return RecordChanged(*name, standing);
  const std::string value = Joined(standing.txt.front());
  if (IsAfter(value, change)) return ChangeStep::kNothing;
  if (!change.before || !IsRecord(value, *change.before)) return RecordChanged(*name, standing);
  return change.after ? ChangeStep::kReplace : ChangeStep::kRemove;
}

}  // namespace dkimkeeper
