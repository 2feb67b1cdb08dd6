#include "client/cli/step_views.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "client/cli/names.h"
#include "client/cli/table.h"
#include "client/cli/time_text.h"

namespace dkimkeeper {
namespace {

std::string When(const v1::Step& step, std::int64_t now_ms) {
  return step.due_ms() <= now_ms ? "now" : TimeText(step.due_ms(), now_ms);
}

// In words; a server that has none for a step still names its kind.
std::string What(const v1::Step& step) { return step.what().empty() ? step.kind() : step.what(); }

std::string WaitsFor(const v1::Step& step) {
  if (!step.advice()) return step.waits_for();
  return step.waits_for().empty() ? "you" : "you: " + step.waits_for();
}

// In the order of time; steps that are equal here are one step to people.
auto Order(const v1::Step& step) {
  return std::tuple(step.due_ms(), step.sender(), static_cast<int>(step.algorithm()),
                    step.selector(), step.kind(), step.what(), step.advice());
}

std::vector<v1::Step> Sorted(const google::protobuf::RepeatedPtrField<v1::Step>& steps) {
  std::vector<v1::Step> sorted(steps.begin(), steps.end());
  std::ranges::sort(sorted, {}, Order);
  return sorted;
}

TableRow PreviewRow(const char* mark, const v1::Step& step, std::int64_t now_ms) {
  return {mark,      When(step, now_ms), step.sender(), NameOf(step.algorithm()), step.selector(),
          What(step)};
}

}  // namespace

std::string ShowSteps(const std::vector<v1::Step>& steps, std::int64_t now_ms) {
  std::vector<TableRow> rows;
  rows.reserve(steps.size());
  for (const v1::Step& step : steps) {
    rows.push_back({When(step, now_ms), step.domain(), step.sender(), NameOf(step.algorithm()),
                    step.selector(), What(step), WaitsFor(step)});
  }
  return RenderTable({"WHEN", "DOMAIN", "SENDER", "ALGORITHM", "SELECTOR", "WHAT", "WAITS FOR"},
                     rows);
}

std::string ShowPreview(const v1::PreviewPolicyResponse& preview, std::int64_t now_ms) {
  const std::vector<v1::Step> before = Sorted(preview.before());
  const std::vector<v1::Step> after = Sorted(preview.after());
  std::vector<TableRow> rows;
  bool differs = false;
  auto old_step = before.begin();
  auto new_step = after.begin();
  while (old_step != before.end() || new_step != after.end()) {
    const bool falls_away = new_step == after.end() ||
                            (old_step != before.end() && Order(*old_step) < Order(*new_step));
    const bool is_new =
        !falls_away && (old_step == before.end() || Order(*new_step) < Order(*old_step));
    const char* mark = falls_away ? "-" : is_new ? "+" : "";
    rows.push_back(PreviewRow(mark, is_new ? *new_step : *old_step, now_ms));
    differs = differs || falls_away || is_new;
    if (!is_new) ++old_step;
    if (!falls_away) ++new_step;
  }
  const std::string verdict = differs ? "" : "Nothing that is due until then would change.\n\n";
  return verdict + RenderTable({"", "WHEN", "SENDER", "ALGORITHM", "SELECTOR", "WHAT"}, rows);
}

}  // namespace dkimkeeper
