// A signer over a token in memory, with everything that it counts and records.
#ifndef TESTS_UNIT_SERVER_SIGNING_SIGNING_FIXTURE_H_
#define TESTS_UNIT_SERVER_SIGNING_SIGNING_FIXTURE_H_

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/signing/resolve.h"
#include "server/signing/signer.h"
#include "tests/fakes/fake_token.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/quiet_tokens.h"
#include "tests/fakes/recording_audit_log.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {

// One Ed25519 key, `s1` of example.com, in the token; "unix:mta" may sign with it.
class SigningFixture : public testing::Test {
 protected:
  using Call = FakeToken::Call;

  SigningFixture() {
    // The fake token measures deadlines with the machine's clock: stay ahead of it.
    clock_.Advance(std::chrono::years(50));
    clock_.JumpTo(sample::Minute(30));
    const auto made = token_.GenerateKeyPair({.id = key_.id,
                                              .purpose = KeyPurpose::kDkim,
                                              .algorithm = Algorithm::kEd25519Sha256,
                                              .label = "dkim:example.com:s1"},
                                             Soon());
    key_.algorithm = Algorithm::kEd25519Sha256;
    key_.public_key = made.value().public_key;
    token_.Expect(key_.id, *key_.public_key);
  }

  [[nodiscard]] Deadline Soon() const { return clock_.Steady() + std::chrono::seconds(10); }

  [[nodiscard]] SignRequest Request(std::string_view text, std::string note = "queue 7") const {
    return {.domain = key_.domain,
            .sender = {},
            .selector = key_.selector,
            .algorithm = key_.algorithm,
            .digest = DigestOf(text),
            .note = std::move(note)};
  }
  [[nodiscard]] SignOrder Order(std::string_view text, std::string note = "queue 7") const {
    const AccessRules rules(
        std::set<Grant>{{sample::IdentityOf("unix:mta"), Verb::kSign, Scope::AllOf(key_.domain)}},
        {});
    return Resolve(rules, Keyring({std::make_shared<const Key>(key_)}),
                   sample::IdentityOf("unix:mta"), Request(text, std::move(note)),
                   sample::Minute(30))
        .value();
  }
  // Asks `signer`; the answer comes when the token has it.
  [[nodiscard]] std::future<Result<std::string>> Ask(Signer& signer, std::string_view text,
                                                     Deadline deadline) const {
    auto promise = std::make_shared<std::promise<Result<std::string>>>();
    auto answer = promise->get_future();
    signer.Sign(Order(text), deadline,
                [promise](Result<std::string> result) { promise->set_value(std::move(result)); });
    return answer;
  }
  [[nodiscard]] bool Verifies(std::string_view text, const Result<std::string>& signature) const {
    return signature && VerifySignature(*key_.public_key, DigestOf(text), *signature);
  }
  [[nodiscard]] bool Counts(const std::string& line) const {
    return metrics_.Render().find(line) != std::string::npos;
  }
  [[nodiscard]] Signer::Parts Parts() {
    return {.tokens = tokens_,
            .audit = audit_,
            .metrics = metrics_,
            .activity = activity_,
            .clock = clock_,
            .on_key_changed = [this](const Key& key) { changed_.push_back(key.selector.str()); },
            .on_first_use =
                [this](const Authorized& authorized) {
                  first_uses_.push_back(authorized.grant()->grant.scope.ToString());
                }};
  }

  ManualClock clock_;
  FakeToken token_{"main"};  // as the sample keys say
  Key key_ = sample::ActiveKeyOf("example.com", "s1");
  RecordingAuditLog audit_;
  Metrics metrics_;
  Activity activity_;
  std::vector<std::string> changed_;  // written by the one worker
  std::vector<std::string> first_uses_;
  QuietTokens tokens_{{{.token = token_}}, clock_};
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_SIGNING_SIGNING_FIXTURE_H_
