// A token whose places and answers a test hands out.
#ifndef TESTS_UNIT_SERVER_SIGNING_PROMPT_TOKEN_H_
#define TESTS_UNIT_SERVER_SIGNING_PROMPT_TOKEN_H_

#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "proto/reason.h"
#include "tests/fakes/fake_token.h"

namespace dkimkeeper {

// Begins as many signatures at once as it has places; a test ends them, the oldest first, and the
// place is free before it is told. Sign answers "waited for" at once, unless it is held. Nothing
// else is asked of it. Thread-safe.
class PromptToken final : public Token {
 public:
  explicit PromptToken(unsigned places) : places_(places) {}

  void SetPlaces(unsigned places) {
    const std::lock_guard lock(mutex_);
    places_ = places;
  }
  void End(SignBegun outcome) {
    SignDone done;
    {
      const std::lock_guard lock(mutex_);
      done = std::move(begun_.at(0));
      begun_.pop_front();
    }
    done(std::move(outcome));
  }
  void EndWell() { End(Result<std::string>("begun")); }
  // The digests that were begun, in order, ended ones too.
  [[nodiscard]] std::vector<Sha256Digest> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

  // --- Token
  [[nodiscard]] bool BeginSign(const KeyId& /*id*/, const Sha256Digest& digest,
                               Deadline /*deadline*/, const SignDone& done) override {
    const std::lock_guard lock(mutex_);
    if (begun_.size() >= places_) return false;
    begun_.push_back(done);
    seen_.push_back(digest);
    return true;
  }
  [[nodiscard]] Result<std::string> Sign(const KeyId& /*id*/, const Sha256Digest& /*digest*/,
                                         Deadline /*deadline*/) override {
    return "waited for";
  }
  [[nodiscard]] Result<TokenKey> GenerateKeyPair(const KeySpec&, Deadline) override {
    return Nothing();
  }
  [[nodiscard]] Result<std::vector<TokenKey>> FindKeys(Deadline) override { return Nothing(); }
  [[nodiscard]] Result<TokenKey> FindKey(const KeyId&, Deadline) override { return Nothing(); }
  void Expect(const KeyId&, const PublicKey&) override {}
  [[nodiscard]] Result<std::string> SignNote(const KeyId&, std::span<const std::uint8_t>,
                                             Deadline) override {
    return Nothing();
  }
  [[nodiscard]] Outcome DestroyPermanently(const KeyId&, Deadline) override { return Nothing(); }
  [[nodiscard]] Outcome RemoveRemains(const KeyId&, Deadline) override { return Nothing(); }
  [[nodiscard]] Outcome CheckHealth(Deadline) override { return Nothing(); }
  [[nodiscard]] TokenInfo Info() const override {
    TokenInfo info;
    info.name = "prompt";
    return info;
  }

 private:
  static tl::unexpected<Error> Nothing() {
    return Fail(Code::kInternal, reason::kInternal, "not asked in these tests");
  }

  mutable std::mutex mutex_;
  std::size_t places_;
  std::deque<SignDone> begun_;
  std::vector<Sha256Digest> seen_;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_SIGNING_PROMPT_TOKEN_H_
