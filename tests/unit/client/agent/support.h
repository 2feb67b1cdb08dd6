// What the agent's tests share.
#ifndef TESTS_UNIT_CLIENT_AGENT_SUPPORT_H_
#define TESTS_UNIT_CLIENT_AGENT_SUPPORT_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/agent/key_lists.h"
#include "proto/reason.h"
#include "tests/fakes/echo_signer.h"

namespace dkimkeeper {

[[nodiscard]] inline Domain Dom(std::string_view text) { return Domain::Parse(text).value(); }
[[nodiscard]] inline Sender SenderNamed(std::string_view text) {
  return Sender::Parse(text).value();
}

[[nodiscard]] inline SigningKey Key(std::string_view domain, std::string_view selector,
                                    Algorithm algorithm = Algorithm::kRsaSha256,
                                    std::string_view sender = "default",
                                    FailPolicy policy = FailPolicy::kTempfail) {
  return {.domain = Dom(domain),
          .sender = SenderNamed(sender),
          .selector = Selector::Parse(selector, Underscore::kAllowed).value(),
          .algorithm = algorithm,
          .fail_policy = policy,
          .signs_until_ms = {}};
}

[[nodiscard]] inline SigningKeys ListOf(std::vector<SigningKey> keys) {
  return {.generation = 1, .keys = std::move(keys)};
}

// Lists that the test sets. Not thread-safe.
class SetKeys final : public KeyLists {
 public:
  std::shared_ptr<const SigningKeys> Newest() override { return newest; }
  Result<SigningKeys> AskNow() override {
    ++asked;
    if (now) return *now;
    return Fail(Code::kUnavailable, reason::kServerAway, "away");
  }

  void Set(std::vector<SigningKey> keys) {
    newest = std::make_shared<const SigningKeys>(ListOf(std::move(keys)));
  }

  std::shared_ptr<const SigningKeys> newest;
  std::optional<SigningKeys> now;
  int asked = 0;
};

// Echoes, but answers `refusal` for a selector that is refused.
class RefusingSigner final : public DigestSigner {
 public:
  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign> items) override {
    ++calls;
    if (error) return {items.size(), Result<std::string>(tl::unexpected(*error))};
    for (const DigestToSign& item : items) {
      if (item.selector.str() != refused_selector) continue;
      return {items.size(), Result<std::string>(Fail(Code::kFailedPrecondition,
                                                     reason::kSelectorNotActive, "gone"))};
    }
    return echo_.SignDigests(items);
  }

  int calls = 0;
  std::optional<Error> error;
  std::string refused_selector;

 private:
  EchoSigner echo_;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_CLIENT_AGENT_SUPPORT_H_
