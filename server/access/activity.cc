#include "server/access/activity.h"

#include <algorithm>
#include <utility>

namespace dkimkeeper {
namespace {

void CountRefusal(IdentityActivity& activity, std::string_view reason, Timestamp now) {
  auto found = activity.refused.find(reason);
  if (found == activity.refused.end()) {
    found = activity.refused.emplace(std::string(reason), 0).first;
  }
  ++found->second;
  activity.last_refused = now;
}

void CountSignature(IdentityActivity& activity, Timestamp now) {
  ++activity.signatures;
  activity.last_signature = now;
}

}  // namespace

std::uint64_t IdentityActivity::refusals() const {
  std::uint64_t all = 0;
  for (const auto& [reason, count] : refused) all += count;
  return all;
}

bool Activity::NoteSignature(const Authorized& authorized, Timestamp now) {
  const std::lock_guard lock(mutex_);
  Row* row = RowOf(authorized.identity().str(), true);
  CountSignature(row == nullptr ? others_ : row->activity, now);
  if (row == nullptr || row->last_grant == authorized.grant()) return false;
  row->last_grant = authorized.grant();
  auto& used = row->activity.first_used;
  const Grant& grant = authorized.grant()->grant;
  if (used.contains(grant) || grants_ >= bounds_.grants) return false;
  ++grants_;
  used.emplace(grant, now);
  return true;
}

void Activity::NoteRefusal(std::string_view identity, std::string_view reason, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (identity.empty()) return CountRefusal(strangers_, reason, now);
  Row* row = RowOf(std::string(identity), false);
  CountRefusal(row == nullptr ? others_ : row->activity, reason, now);
}

Activity::Row* Activity::RowOf(const std::string& identity, bool signs) {
  const auto found = rows_.find(identity);
  if (found != rows_.end()) return &found->second;
  if (rows_.size() >= bounds_.identities && !(signs && MakeRoom())) return nullptr;
  return &rows_[identity];
}

// Whoever was refused only, the longest ago, is one of the others from now on: those without a
// right must not crowd out those with one.
bool Activity::MakeRoom() {
  auto oldest = rows_.end();
  for (auto row = rows_.begin(); row != rows_.end(); ++row) {
    if (row->second.activity.signatures > 0) continue;
    if (oldest == rows_.end() ||
        row->second.activity.last_refused < oldest->second.activity.last_refused) {
      oldest = row;
    }
  }
  if (oldest == rows_.end()) return false;
  const IdentityActivity& gone = oldest->second.activity;
  for (const auto& [reason, count] : gone.refused) others_.refused[reason] += count;
  others_.last_refused = std::max(others_.last_refused, gone.last_refused);
  rows_.erase(oldest);
  return true;
}

Activity::Picture Activity::Now() const {
  const std::lock_guard lock(mutex_);
  Picture picture{{}, others_};
  for (const auto& [identity, row] : rows_) picture.identities.emplace(identity, row.activity);
  if (!strangers_.refused.empty()) picture.identities.emplace("", strangers_);
  return picture;
}

}  // namespace dkimkeeper
