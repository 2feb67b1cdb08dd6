#include "server/store/registry.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// A repeated call is recognised for so long.
constexpr std::chrono::days kRequestMemory{7};
// Another daemon may be quicker a few times in a row, not for ever.
constexpr int kAttempts = 5;

AccessRules RulesOf(const Contents& contents, const std::set<Grant>& bootstrap) {
  return {contents.grants, bootstrap, contents.grant_limits, contents.group_members};
}

ViewPtr BuildView(Contents contents, const std::set<Grant>& bootstrap) {
  std::vector<std::shared_ptr<const Key>> keys;
  keys.reserve(contents.keys.size());
  for (const auto& [name, key] : contents.keys) keys.push_back(key);
  auto view = std::make_shared<View>();
  view->keyring = Keyring(keys);
  view->rules = RulesOf(contents, bootstrap);
  view->contents = std::move(contents);
  return view;
}

// Which keys `changes` touched, as they are in `after`.
KeyChanges KeysIn(const std::vector<Change>& changes, const Contents& after) {
  KeyChanges changed;
  const auto note = [&](const KeyName& name) {
    const auto key = after.keys.find(name);
    changed.insert_or_assign(name, key == after.keys.end() ? nullptr : key->second);
  };
  for (const Change& change : changes) {
    if (const auto* put = std::get_if<PutKey>(&change)) note({put->key.domain, put->key.selector});
    if (const auto* removed = std::get_if<RemoveKey>(&change)) note(removed->name);
  }
  return changed;
}

// The picture after `changes`; it shares with `before` what they leave alone.
ViewPtr NextView(const View& before, const std::vector<Change>& changes, std::uint64_t generation,
                 const std::set<Grant>& bootstrap) {
  auto view = std::make_shared<View>(before);
  Apply(changes, view->contents);
  view->contents.generation = generation;
  view->keyring = before.keyring.With(KeysIn(changes, view->contents));
  const bool rules_changed = std::ranges::any_of(changes, [](const Change& change) {
    return std::holds_alternative<PutGrant>(change) ||
           std::holds_alternative<RemoveGrant>(change) ||
           std::holds_alternative<PutMember>(change) ||
           std::holds_alternative<RemoveMember>(change) ||
           std::holds_alternative<RemoveDomain>(change);
  });
  if (rules_changed) view->rules = RulesOf(view->contents, bootstrap);
  return view;
}

RequestEntry EntryFor(const Mutation& mutation, Timestamp at) {
  return {.key = {mutation.caller.str(), mutation.request_id},
          .fingerprint = mutation.fingerprint,
          .subject = {},
          .at = at};
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

Result<Updated> Registry::Update(const Mutation& mutation, Timestamp now, const Decide& decide) {
  const std::lock_guard lock(writer_);
  return UpdateLocked(EntryFor(mutation, now), now, decide);
}

Result<Updated> Registry::Update(Timestamp now, const Decide& decide) {
  const std::lock_guard lock(writer_);
  return UpdateLocked({}, now, decide);
}

Result<Updated> Registry::UpdateLocked(const std::optional<RequestEntry>& request, Timestamp now,
                                       const Decide& decide) {
  for (int attempt = 1;; ++attempt) {
    auto repeated = CatchUpLocked(request);
    if (!repeated) return Forward(repeated);
    if (*repeated) return **std::move(repeated);
    const ViewPtr before = Get();
    auto decision = decide(*before);
    if (!decision) return Forward(decision);
    if (!request && decision->changes.empty()) return Updated{before, decision->subject, false};
    auto entry = request;
    if (entry) entry->subject = decision->subject;
    const auto committed =
        store_.Commit(before->contents.generation, decision->changes, entry, now - kRequestMemory);
    if (committed) {
      const ViewPtr after = NextView(*before, decision->changes, *committed, bootstrap_);
      views_.Publish(after);
      return Updated{after, decision->subject, false};
    }
    if (committed.error().code != Code::kAborted || attempt == kAttempts) {
      // It may have come through all the same: a key that it stopped must not sign on.
      (void)RefreshLocked();
      return Forward(committed);
    }
  }
}

Result<std::optional<Updated>> Registry::Repeated(const Mutation& mutation) {
  const std::lock_guard lock(writer_);
  return CatchUpLocked(EntryFor(mutation, {}));
}

// Takes over the newest picture, because a refusal must not come from an old one; answers what
// `request` did if it is recorded.
Result<std::optional<Updated>> Registry::CatchUpLocked(const std::optional<RequestEntry>& request) {
  std::optional<RequestEntry> recorded;
  if (request) {
    auto found = store_.FindRequest(request->key);
    if (!found) return Forward(found);
    recorded = *std::move(found);
  }
  // Afterwards, so that what the record names is in the picture.
  if (const auto fresh = RefreshLocked(); !fresh) return Forward(fresh);
  if (!recorded) return std::optional<Updated>();
  if (recorded->fingerprint != request->fingerprint) {
    return Fail(Code::kInvalidArgument, reason::kRequestIdReused,
                "request_id was used for another request within 7 days; choose a new one");
  }
  return std::optional(Updated{Get(), recorded->subject, true});
}

Outcome Registry::RefreshLocked() {
  const auto generation = store_.Generation();
  if (!generation) return Forward(generation);
  if (*generation == Get()->contents.generation) return {};
  auto contents = store_.Load();
  if (!contents) return Forward(contents);
  views_.Publish(BuildView(*std::move(contents), bootstrap_));
  return {};
}

Outcome Registry::Refresh() {
  const std::lock_guard lock(writer_);
  return RefreshLocked();
}

void Registry::NoteTime(Timestamp now) {
  const std::lock_guard lock(writer_);
  const ViewPtr view = Get();
  if (view->rules.ChangedBetween(noted_at_, now)) views_.Publish(view);
  noted_at_ = now;
}

std::chrono::steady_clock::duration Registry::SnapshotAge(
    std::chrono::steady_clock::time_point now) const {
  const auto last = LastContact();
  // `now - min()` would overflow.
  if (last == std::chrono::steady_clock::time_point::min()) {
    return std::chrono::steady_clock::duration::max();
  }
  return now - last;
}

}  // namespace dkimkeeper
