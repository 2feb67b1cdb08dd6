#include "client/agent/watched_keys.h"

#include <filesystem>
#include <utility>

#include "client/agent/key_list_text.h"
#include "proto/base/read_file.h"
#include "proto/base/replace_file.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{64} << 20;
constexpr mode_t kOwnersOnly = 0600;

}  // namespace

WatchedKeys::WatchedKeys(Client& client, std::string file, EventLog& events,
                         std::function<void(std::uint64_t generation)> on_list)
    : client_(client), file_(std::move(file)), events_(events), on_list_(std::move(on_list)) {
  Load();
}

void WatchedKeys::Load() {
  std::error_code ignored;
  if (file_.empty() || !std::filesystem::exists(file_, ignored)) return;
  auto keys = ReadFile(file_, kMaxFileBytes).and_then(ParseKeyList);
  if (!keys) {
    events_.Warning("keys.file_refused", {{"file", file_}, {"message", keys.error().message}});
    return;
  }
  events_.Info("keys.read",
               {{"file", file_}, {"generation", keys->generation}, {"keys", keys->keys.size()}});
  on_list_(keys->generation);
  newest_ = std::make_shared<const SigningKeys>(*std::move(keys));
}

std::shared_ptr<const SigningKeys> WatchedKeys::Newest() {
  {
    const std::lock_guard lock(mutex_);
    if (!watching_) return newest_;
  }
  // Fresher than what Refresh saw last; and it does not wait, because there was a list.
  auto keys = client_.WatchedSigningKeys();
  if (keys) return *std::move(keys);
  const std::lock_guard lock(mutex_);
  return newest_;
}

void WatchedKeys::Refresh() {
  auto keys = client_.WatchedSigningKeys();
  if (keys) {
    last_trouble_.clear();
    Take(*keys);
    return;
  }
  if (last_trouble_ == keys.error().reason) return;
  last_trouble_ = keys.error().reason;
  events_.Warning("keys.away",
                  {{"reason", keys.error().reason}, {"message", keys.error().message}});
}

void WatchedKeys::Take(const std::shared_ptr<const SigningKeys>& keys) {
  {
    const std::lock_guard lock(mutex_);
    if (watching_ && keys == newest_) return;
    watching_ = true;
    newest_ = keys;
  }
  on_list_(keys->generation);
  events_.Info("keys.listed", {{"generation", keys->generation}, {"keys", keys->keys.size()}});
  Save(*keys);
}

void WatchedKeys::Save(const SigningKeys& keys) {
  if (file_.empty()) return;
  if (const Outcome saved = ReplaceFile(file_, RenderKeyList(keys), kOwnersOnly); !saved) {
    events_.Warning("keys.not_saved", {{"file", file_}, {"message", saved.error().message}});
  }
}

}  // namespace dkimkeeper
