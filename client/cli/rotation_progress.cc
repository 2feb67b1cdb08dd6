#include "client/cli/rotation_progress.h"

#include <algorithm>
#include <map>
#include <set>

#include "client/cli/names.h"
#include "client/cli/table.h"

namespace dkimkeeper {
namespace {

bool WillSign(const v1::Key& key) {
  return key.state() == v1::KEY_STATE_PENDING || key.state() == v1::KEY_STATE_PUBLISHED;
}

bool OwnerPublishes(const v1::Key& key) {
  return key.publisher().empty() && key.state() == v1::KEY_STATE_PENDING &&
         key.record_state() == "asked";
}

}  // namespace

RotationProgress ProgressOf(const std::vector<v1::Key>& replaced, const std::vector<v1::Key>& keys,
                            const std::vector<v1::Step>& steps) {
  RotationProgress progress;
  std::set<std::string> old_selectors;
  std::set<v1::Algorithm> open;
  for (const v1::Key& key : replaced) {
    old_selectors.insert(key.selector());
    open.insert(key.algorithm());
  }
  for (const v1::Key& key : keys) {
    if (key.state() != v1::KEY_STATE_ACTIVE || old_selectors.contains(key.selector())) continue;
    if (open.erase(key.algorithm()) > 0) progress.active.push_back(key);
  }
  std::set<v1::Algorithm> stands;  // algorithms that only a person brings on
  std::set<std::string> successors{""};
  for (const v1::Key& key : keys) {
    if (!open.contains(key.algorithm()) || !WillSign(key)) continue;
    successors.insert(key.selector());
    if (!OwnerPublishes(key)) continue;
    progress.to_publish.push_back(key);
    stands.insert(key.algorithm());
  }
  for (const v1::Step& step : steps) {
    const bool of_successor = open.contains(step.algorithm()) && step.kind() != "watch" &&
                              successors.contains(step.selector());
    if (!of_successor) continue;
    progress.steps.push_back(step);
    if (step.advice()) stands.insert(step.algorithm());
  }
  progress.done = open.empty();
  progress.needs_person = !open.empty() && stands == open;
  return progress;
}

std::string ProgressLine(const v1::Step& step) {
  const std::string about = step.selector().empty() ? NameOf(step.algorithm()) : step.selector();
  const std::string& why = step.waits_for().empty() ? step.what() : step.waits_for();
  return Printable(step.kind() + " " + about + (why.empty() ? "" : ": " + why));
}

}  // namespace dkimkeeper
