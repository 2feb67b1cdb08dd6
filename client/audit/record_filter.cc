#include "client/audit/record_filter.h"

#include "proto/dkim/ascii.h"

namespace dkimkeeper {
namespace {

bool IsAct(const std::string& act, const std::string& wanted) {
  return act == wanted || act.starts_with(wanted + ".");
}

bool IsOutcome(const std::string& result, const std::string& wanted) {
  return wanted == "refused" ? result != "ok" : result == wanted;
}

}  // namespace

bool RecordFilter::Matches(const AuditRecord& record) const {
  return (!since || record.at >= *since) && (!until || record.at < *until) &&
         (identity.empty() || record.identity == identity) &&
         (domain.empty() || EqualsIgnoringAsciiCase(record.domain, domain)) &&
         (act.empty() || IsAct(record.act, act)) &&
         (outcome.empty() || IsOutcome(record.result, outcome));
}

}  // namespace dkimkeeper
