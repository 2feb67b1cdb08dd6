#include "client/cli/dns_records.h"

#include "client/cli/json.h"
#include "client/cli/names.h"
#include "client/cli/table.h"
#include "proto/dkim/txt_record.h"

namespace dkimkeeper {
namespace {

// Seconds. Short, so that a mistake is soon forgotten; what the server waits out is what DNS says.
constexpr unsigned kTtl = 300;

bool HasRecord(const v1::Key& key) {
  return !key.record_value().empty() && key.state() != v1::KEY_STATE_DESTROYED;
}

Json RecordJson(const v1::Key& key) {
  Json record{{"name", key.record_name()},
              {"ttl", kTtl},
              {"type", "TXT"},
              {"value", key.record_value()},
              {"strings", SplitCharacterStrings(key.record_value())}};
  record["domain"] = key.domain();
  record["selector"] = key.selector();
  record["state"] = NameOf(key.state());
  return record;
}

std::string RecordLine(const v1::Key& key, RecordFormat format) {
  if (format == RecordFormat::kZone) {
    return RenderZoneFileLine(key.record_name(), kTtl, key.record_value()) + "\n";
  }
  return Printable(key.record_name() + " TXT " + key.record_value()) + "\n";
}

}  // namespace

std::string RenderDnsRecords(const std::vector<v1::Key>& keys, RecordFormat format) {
  Json records = Json::array();
  std::string lines;
  for (const v1::Key& key : keys) {
    if (!HasRecord(key)) continue;
    if (format == RecordFormat::kJson) {
      records.push_back(RecordJson(key));
    } else {
      lines += RecordLine(key, format);
    }
  }
  return format == RecordFormat::kJson ? PrintJson({{"records", std::move(records)}}) : lines;
}

}  // namespace dkimkeeper
