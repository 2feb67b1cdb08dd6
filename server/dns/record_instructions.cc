#include "server/dns/record_instructions.h"

#include "proto/dkim/txt_record.h"
#include "server/dns/delegation.h"

namespace dkimkeeper {
namespace {

std::string SentenceOf(const RecordChange& change, const std::string& name) {
  if (!change.after) return "remove the TXT record at " + name;
  if (!change.before) return "create a TXT record at " + name + ", where nothing else may stand";
  return "replace the TXT record at " + name;
}

}  // namespace

Result<RecordInstruction> RecordInstructions(const RecordChange& change) {
  const auto name = NameWritten(change);
  if (!name) return Forward(name);
  const auto ttl = static_cast<unsigned>(change.ttl.count());
  RecordInstruction instruction{.sentence = SentenceOf(change, *name),
                                .name = *name,
                                .value = "",
                                .zone_line = "",
                                .cname_line = ""};
  if (change.after) {
    instruction.value = RenderKeyRecord(*change.after);
    instruction.zone_line = RenderZoneFileLine(*name, ttl, instruction.value);
  }
  if (!change.target.empty()) {
    auto own_name = KeyRecordName(change.selector, change.domain);
    if (!own_name) return Forward(own_name);
    instruction.cname_line = RenderCnameLine({*std::move(own_name), *name}, ttl);
  }
  return instruction;
}

}  // namespace dkimkeeper
