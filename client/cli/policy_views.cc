#include "client/cli/policy_views.h"

#include "client/cli/table.h"

namespace dkimkeeper {
namespace {

std::string Joined(const google::protobuf::RepeatedPtrField<v1::Setting>& settings) {
  std::string text;
  for (const v1::Setting& setting : settings) {
    text += (text.empty() ? "" : ", ") + setting.name() + "=" + setting.value();
  }
  return text;
}

}  // namespace

std::string ShowPolicy(const v1::Policy& policy) {
  std::vector<TableRow> rows;
  for (const v1::PolicySetting& setting : policy.settings()) {
    rows.push_back({setting.name(), setting.value().empty() ? "-" : setting.value(),
                    setting.source(), setting.what() + " (" + setting.range() + ")"});
  }
  return RenderTable({"NAME", "VALUE", "FROM", "WHAT"}, rows);
}

std::string SettingsOf(const v1::Domain& domain) {
  std::string text = Joined(domain.settings());
  for (const v1::SenderSettings& own : domain.sender_settings()) {
    text += (text.empty() ? "" : "; ") + own.sender() + ": " + Joined(own.settings());
  }
  return text;
}

}  // namespace dkimkeeper
