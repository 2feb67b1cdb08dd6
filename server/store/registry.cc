#include "server/store/registry.h"

#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// A repeated call is recognised for so long.
constexpr std::chrono::days kRequestMemory{7};
// Another daemon may be quicker a few times in a row, not for ever.
constexpr int kAttempts = 5;

ViewPtr BuildView(Contents contents, const std::set<Grant>& bootstrap) {
  std::vector<std::shared_ptr<const Key>> keys;
  keys.reserve(contents.keys.size());
  for (const auto& [name, key] : contents.keys) keys.push_back(key);
  auto view = std::make_shared<View>();
  view->keyring = Keyring(keys);
  view->rules = AccessRules(contents.grants, bootstrap);
  view->contents = std::move(contents);
  return view;
}

}  // namespace

Registry::Registry(KeyStore& store, std::set<Grant> bootstrap, ViewPtr view)
    : store_(store), bootstrap_(std::move(bootstrap)), views_(std::move(view)) {}

Result<std::unique_ptr<Registry>> Registry::Open(KeyStore& store, std::set<Grant> bootstrap) {
  auto contents = store.Load();
  if (!contents) return Forward(contents);
  auto view = BuildView(*std::move(contents), bootstrap);
  return std::unique_ptr<Registry>(new Registry(store, std::move(bootstrap), std::move(view)));
}

ViewPtr Registry::MakeView(Contents contents) const {
  return BuildView(std::move(contents), bootstrap_);
}

Result<Updated> Registry::Update(const Mutation& mutation, Timestamp now, const Decide& decide) {
  const std::lock_guard lock(writer_);
  return UpdateLocked(RequestEntry{.key = {mutation.caller.str(), mutation.request_id},
                                   .fingerprint = mutation.fingerprint,
                                   .subject = {},
                                   .at = now},
                      now, decide);
}

Result<Updated> Registry::Update(Timestamp now, const Decide& decide) {
  const std::lock_guard lock(writer_);
  return UpdateLocked({}, now, decide);
}

Result<Updated> Registry::UpdateLocked(const std::optional<RequestEntry>& request, Timestamp now,
                                       const Decide& decide) {
  for (int attempt = 1;; ++attempt) {
    if (request) {
      auto repeated = FindRepeatedLocked(*request);
      if (!repeated) return Forward(repeated);
      if (*repeated) return **std::move(repeated);
    }
    const ViewPtr before = Get();
    auto decision = decide(*before);
    if (!decision) return Forward(decision);
    auto entry = request;
    if (entry) entry->subject = decision->subject;
    const auto committed =
        store_.Commit(before->contents.generation, decision->changes, entry, now - kRequestMemory);
    if (committed) {
      Contents next = before->contents;
      Apply(decision->changes, next);
      next.generation = *committed;
      const ViewPtr after = MakeView(std::move(next));
      views_.Publish(after);
      return Updated{after, decision->subject, false};
    }
    if (committed.error().code != Code::kAborted || attempt == kAttempts) return Forward(committed);
    if (const auto reloaded = ReloadLocked(); !reloaded) return Forward(reloaded);
  }
}

Result<std::optional<Updated>> Registry::FindRepeatedLocked(const RequestEntry& request) {
  auto found = store_.FindRequest(request.key);
  if (!found) return Forward(found);
  if (!*found) return std::optional<Updated>();
  if ((*found)->fingerprint != request.fingerprint) {
    return Fail(Code::kInvalidArgument, reason::kRequestIdReused,
                "request_id was used for another request within 7 days; choose a new one");
  }
  // What it made may have been committed by another daemon.
  if (const auto fresh = ReloadLocked(); !fresh) return Forward(fresh);
  return std::optional(Updated{Get(), (*found)->subject, true});
}

Outcome Registry::ReloadLocked() {
  auto contents = store_.Load();
  if (!contents) return Forward(contents);
  if (contents->generation != Get()->contents.generation) {
    views_.Publish(MakeView(*std::move(contents)));
  }
  return {};
}

Outcome Registry::Refresh() {
  const auto generation = store_.Generation();
  if (!generation) return Forward(generation);
  if (*generation == Get()->contents.generation) return {};
  const std::lock_guard lock(writer_);
  return ReloadLocked();
}

}  // namespace dkimkeeper
