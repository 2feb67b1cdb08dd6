#include "client/cli/dns_records.h"

#include <set>

#include "client/cli/json.h"
#include "client/cli/names.h"
#include "client/cli/table.h"
#include "proto/dkim/txt_record.h"

namespace dkimkeeper {
namespace {

// Seconds, where a server says none. Short, so that a mistake is soon forgotten.
constexpr unsigned kTtl = 300;

unsigned TtlOf(const v1::Key& key) { return key.record_ttl() == 0 ? kTtl : key.record_ttl(); }

bool IsDelegated(const v1::Key& key) { return !key.cname_target().empty(); }

Json RecordJson(const v1::Key& key) {
  Json record{{"name", key.record_name()}, {"ttl", TtlOf(key)}};
  if (IsDelegated(key)) {
    record.update(Json{{"type", "CNAME"}, {"value", key.cname_target()}});
  } else {
    record.update(Json{{"type", "TXT"},
                       {"value", key.record_value()},
                       {"strings", SplitCharacterStrings(key.record_value())}});
  }
  record["domain"] = key.domain();
  record["selector"] = key.selector();
  record["state"] = NameOf(key.state());
  record["publisher"] = key.publisher();
  return record;
}

}  // namespace

bool HasRecord(const v1::Key& key) {
  return !key.record_value().empty() && key.state() != v1::KEY_STATE_DESTROYED;
}

std::string RenderDnsRecord(const v1::Key& key, RecordFormat format) {
  const std::string& name = key.record_name();
  if (format == RecordFormat::kPlain) {
    const std::string& target = key.cname_target();
    return Printable(IsDelegated(key) ? name + " CNAME " + target
                                      : name + " TXT " + key.record_value()) +
           "\n";
  }
  if (!IsDelegated(key)) return RenderZoneFileLine(name, TtlOf(key), key.record_value()) + "\n";
  return Printable(name + ". " + std::to_string(TtlOf(key)) + " IN CNAME " + key.cname_target() +
                   ".") +
         "\n";
}

std::string RenderDnsRecords(const std::vector<v1::Key>& keys, RecordFormat format) {
  Json records = Json::array();
  std::set<std::string> cnames;  // a selector of a pool is one record for all its keys
  std::string lines;
  for (const v1::Key& key : keys) {
    if (!HasRecord(key) || (format == RecordFormat::kCname && !IsDelegated(key))) continue;
    if (IsDelegated(key) && !cnames.insert(key.record_name()).second) continue;
    if (format == RecordFormat::kJson) {
      records.push_back(RecordJson(key));
    } else {
      lines += RenderDnsRecord(key, format);
    }
  }
  return format == RecordFormat::kJson ? PrintJson({{"records", std::move(records)}}) : lines;
}

}  // namespace dkimkeeper
