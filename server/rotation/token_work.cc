#include "server/rotation/token_work.h"

#include <algorithm>
#include <array>

#include "server/lifecycle/selector_name.h"
#include "server/rotation/rotation_decisions.h"

namespace dkimkeeper {
namespace {

std::string FiveLetters() {
  std::array<std::uint8_t, 5> random{};
  std::ranges::copy_n(KeyId::Random().bytes().begin(), random.size(), random.begin());
  return LettersFrom(random);
}

}  // namespace

Result<KeyPtr> TokenWork::Generate(const Step& step, const Guard& guard) {
  const NextKey next{.place = {step.domain, step.sender},
                     .algorithm = step.algorithm,
                     .id = KeyId::Random(),
                     .random = FiveLetters};
  const auto tokens = parts_.tokens.Terms();
  const auto begun = registry_.Update(guard([&](const View& view) {
    const KeyPolicy policy = PolicyOf(view, step.domain, step.sender, parts_.policy);
    return BeginGeneration(view, next, tokens, policy, Now());
  }));
  if (!begun) return Forward(begun);
  const auto intent = FindSubject(*begun->view, begun->subject);
  if (!intent) return KeyPtr();
  return parts_.operations.Make(intent);
}

Result<Waits> TokenWork::Destroy(const Key& key, const Guard& guard) {
  const auto begun =
      registry_.Update(guard([&](const View& view) { return BeginDestruction(view, key, Now()); }));
  if (!begun) return Forward(begun);
  const auto row = begun->view->keyring.Find(key.domain, key.selector);
  if (!row || row->id != key.id) return Waits();
  if (const auto held = registry_.CheckHeld(); !held) return Forward(held);
  return Finish(row);
}

Result<Waits> TokenWork::Finish(const KeyPtr& key) {
  const auto finished = parts_.operations.Finish(key);
  if (!finished) return Forward(finished);
  return Waits();
}

}  // namespace dkimkeeper
