#include "server/lifecycle/key_operations.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/key_admission.h"
#include "server/lifecycle/key_outcomes.h"
#include "server/lifecycle/selector_name.h"

namespace dkimkeeper {
namespace {

std::string FiveLetters() {
  std::array<std::uint8_t, 5> random{};
  std::ranges::copy_n(KeyId::Random().bytes().begin(), random.size(), random.begin());
  return LettersFrom(random);
}

Subject SubjectFor(const KeyRequest& request, const Result<KeyPtr>& key, std::string detail = {}) {
  return {.domain = request.domain.str(),
          .sender = key ? (*key)->sender.str() : "",
          .selector = request.selector.str(),
          .detail = std::move(detail)};
}

Subject SubjectFor(const Domain& domain, const Sender& sender, const Result<KeyPtr>& key,
                   const std::string& selector) {
  return {.domain = domain.str(),
          .sender = sender.str(),
          .selector = key ? (*key)->selector.str() : selector,
          .detail = {}};
}

std::string Detail(bool compromised, bool destroy_now) {
  if (destroy_now) return "compromised, destroy now";
  return compromised ? "compromised" : "";
}

// The key that `updated` is about. A repeated call shows it only to who may still see it.
Result<KeyPtr> SubjectKey(const Updated& updated, const Caller& caller, Verb verb) {
  auto key = FindSubject(*updated.view, updated.subject);
  if (!key) {
    return Fail(Code::kAborted, reason::kChangedSinceRead,
                "that request was undone after a failure in the token; choose a new request_id");
  }
  const auto authorized =
      updated.view->rules.Authorize(caller, verb, Scope::Of(key->domain, key->sender));
  if (!authorized) return Forward(authorized);
  return key;
}

}  // namespace

// Commits the decision, or finds what the same request did before.
Result<KeyOperations::Begun> KeyOperations::Begin(const Mutation& mutation, Verb verb,
                                                  const Registry::Decide& decide) {
  const auto updated = parts_.registry.Update(mutation, Now(), decide);
  if (!updated) return Forward(updated);
  auto key = SubjectKey(*updated, mutation.caller, verb);
  if (!key) return Forward(key);
  return Begun{*std::move(key), updated->repeated};
}

Result<KeyPtr> KeyOperations::Commit(const Mutation& mutation, Verb verb,
                                     const Registry::Decide& decide) {
  auto begun = Begin(mutation, verb, decide);
  if (!begun) return Forward(begun);
  return std::move(begun->key);
}

// Null when the request is new.
Result<KeyPtr> KeyOperations::Repeated(const Mutation& mutation, Verb verb) {
  const auto repeated = parts_.registry.Repeated(mutation);
  if (!repeated) return Forward(repeated);
  if (!*repeated) return KeyPtr();
  return SubjectKey(**repeated, mutation.caller, verb);
}

Result<KeyPtr> KeyOperations::Generate(const Mutation& mutation, const GenerateRequest& request) {
  const Birth birth{KeyId::Random(), parts_.tokens.Terms(), FiveLetters};
  const auto generate = [&]() -> Result<KeyPtr> {
    auto begun = Begin(mutation, Verb::kRotate, [&](const View& view) {
      return DecideGenerate(view, mutation.caller, request, birth, parts_.policy, Now());
    });
    if (!begun) return Forward(begun);
    if (begun->key->public_key) return std::move(begun->key);
    const auto claim = claims_.Take(begun->key->id);
    if (!claim) return Forward(claim);
    if (!begun->repeated) return pairs_.Make(*begun->key, KeyPairs::Start::kAfresh);
    auto found = pairs_.FindMade(*begun->key);
    if (!found || *found) return found;
    return pairs_.Make(*begun->key, KeyPairs::Start::kAgain);
  };
  auto key = generate();
  const auto subject = SubjectFor(request.domain, request.sender, key, request.selector);
  return parts_.journal.Recorded("key.generate", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Adopt(const Mutation& mutation, const AdoptRequest& request) {
  const auto adopt = [&]() -> Result<KeyPtr> {
    auto done = Repeated(mutation, Verb::kAdminister);
    if (!done || *done) return done;
    // Before the token is asked: who may not administer learns nothing about what it holds.
    const ViewPtr view = parts_.registry.Get();
    const auto place =
        AdmitKey(*view, mutation.caller, Verb::kAdminister, {request.domain, request.sender});
    if (!place) return Forward(place);
    const auto tokens = parts_.tokens.Terms();
    const auto token =
        request.token.empty() ? TokenFor(*view, *place, tokens) : FindTerms(tokens, request.token);
    if (!token) return Forward(token);
    const auto found = pairs_.Find(token->name, request.token_key_id);
    if (!found) return Forward(found);
    auto key = Commit(mutation, Verb::kAdminister, [&](const View& newest) {
      return DecideAdopt(newest, mutation.caller, request, *found, *token, Now());
    });
    if (key) pairs_.Expect(**key);
    return key;
  };
  auto key = adopt();
  const auto subject = SubjectFor(request.domain, request.sender, key, request.selector);
  return parts_.journal.Recorded("key.adopt", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Activate(const Mutation& mutation, const KeyRequest& request,
                                       const std::string& reason) {
  const auto tokens = parts_.tokens.Terms();
  const Registry::Decide decide = [&](const View& view) {
    return DecideActivate(view, mutation.caller, request, reason, tokens, parts_.policy, Now());
  };
  const auto activate = [&]() -> Result<KeyPtr> {
    auto done = Repeated(mutation, Verb::kRotate);
    if (!done || *done) return done;
    // Before the token signs: it does so for a wish that will be granted only.
    const ViewPtr view = parts_.registry.Get();
    if (const auto granted = decide(*view); !granted) return Forward(granted);
    const auto key = view->keyring.Find(request.domain, request.selector);
    if (const auto signs = pairs_.CheckSigns(*key); !signs) return Forward(signs);
    return Commit(mutation, Verb::kRotate, decide);
  };
  auto key = activate();
  const auto subject = SubjectFor(request, key, reason);
  return parts_.journal.Recorded("key.activate", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Retire(const Mutation& mutation, const KeyRequest& request) {
  auto key = Commit(mutation, Verb::kRotate, [&](const View& view) {
    return DecideRetire(view, mutation.caller, request, Now());
  });
  const auto subject = SubjectFor(request, key);
  return parts_.journal.Recorded("key.retire", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Revoke(const Mutation& mutation, const KeyRequest& request,
                                     const Revocation& how) {
  const auto tokens = parts_.tokens.Terms();
  auto key = Commit(mutation, Verb::kRotate, [&](const View& view) {
    return DecideRevoke(view, mutation.caller, request, how, parts_.policy, tokens, Now());
  });
  const auto subject = SubjectFor(request, key, Detail(how.compromised, how.destroy_now));
  return parts_.journal.Recorded("key.revoke", mutation.caller, subject, std::move(key));
}

Result<std::vector<KeyPtr>> KeyOperations::Rotate(const Mutation& mutation,
                                                  const RotateRequest& request) {
  const auto tokens = parts_.tokens.Terms();
  const auto rotate = [&]() -> Result<std::vector<KeyPtr>> {
    const auto updated = parts_.registry.Update(mutation, Now(), [&](const View& view) {
      return DecideRotate(view, mutation.caller, request, parts_.policy, tokens, Now());
    });
    if (!updated) return Forward(updated);
    // A repeated call shows them only to who may still see them.
    const auto place =
        FindLine(*updated->view, mutation.caller, Verb::kRotate, {request.domain, request.sender});
    if (!place) return Forward(place);
    auto keys = KeysOf(*updated->view, request.domain);
    std::erase_if(keys, [&](const KeyPtr& key) { return key->sender != request.sender; });
    return keys;
  };
  const Subject subject{.domain = request.domain.str(),
                        .sender = request.sender.str(),
                        .selector = {},
                        .detail = Detail(request.compromised, request.destroy_now)};
  return parts_.journal.Recorded("key.rotate", mutation.caller, subject, rotate());
}

Result<KeyPtr> KeyOperations::Destroy(const Mutation& mutation, const KeyRequest& request) {
  const auto destroy = [&]() -> Result<KeyPtr> {
    auto begun = Begin(mutation, Verb::kAdminister, [&](const View& view) {
      return DecideDestroy(view, mutation.caller, request, Now());
    });
    if (!begun) return Forward(begun);
    if (begun->key->destroyed_at) return std::move(begun->key);
    const auto claim = claims_.Take(begun->key->id);
    if (!claim) return Forward(claim);
    return pairs_.Remove(*begun->key);
  };
  auto key = destroy();
  const auto subject = SubjectFor(request, key);
  return parts_.journal.Recorded("key.destroy", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Finish(const KeyPtr& key) {
  if (!InProgress(*key)) return key;
  const auto claim = claims_.Take(key->id);
  if (!claim) return Forward(claim);
  if (key->public_key) return pairs_.Remove(*key);
  auto found = pairs_.FindMade(*key);
  if (!found && found.error().reason == reason::kKeyNotBornHere) return KeyPtr();
  if (!found || *found) return found;
  if (const auto undone = pairs_.Undo(*key); !undone) return Forward(undone);
  return KeyPtr();
}

Result<KeyPtr> KeyOperations::Make(const KeyPtr& intent) {
  const auto claim = claims_.Take(intent->id);
  if (!claim) return Forward(claim);
  return pairs_.Make(*intent, KeyPairs::Start::kAfresh);
}

Outcome KeyOperations::Quarantine(const Key& key) {
  const auto updated = parts_.registry.Update(
      Now(), [&](const View& view) { return RecordQuarantine(view, key, Now()); });
  if (!updated) return Forward(updated);
  return {};
}

}  // namespace dkimkeeper
