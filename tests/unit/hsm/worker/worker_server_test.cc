#include "hsm/worker/worker_server.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <set>

#include "proto/reason.h"
#include "tests/fakes/fake_token.h"
#include "tests/unit/hsm/worker/wire_client.h"

namespace dkimkeeper {
namespace {

using End = WorkerServer::End;

class Worker : public testing::Test {
 protected:
  Worker() { Start(2); }

  void Start(unsigned threads, const DestructionRule& rule = {}) {
    server_.reset();
    client_ = std::make_unique<WireClient>();
    server_ = std::make_unique<WorkerServer>(token_, client_->worker_end(), threads, rule);
    EXPECT_TRUE(std::holds_alternative<wire::Ready>(client_->Receive().value().answer));
  }
  TokenKey Generate(std::string label = "dkim:example.com:s1",
                    KeyPurpose purpose = KeyPurpose::kDkim) {
    return std::get<TokenKey>(
        client_->Ask(wire::GenerateCall{{.id = KeyId::Random(),
                                         .purpose = purpose,
                                         .algorithm = Algorithm::kEd25519Sha256,
                                         .label = std::move(label)}}));
  }
  // The reason of the error that answers; "" for anything else.
  std::string ReasonOf(const wire::Answer& answer) {
    const Error* error = std::get_if<Error>(&answer);
    return error == nullptr ? "" : error->reason;
  }
  std::vector<TokenKey> FindAll(unsigned& parts) {
    std::vector<TokenKey> keys;
    client_->Send(wire::FindKeysCall{});
    for (bool last = false; !last; ++parts) {
      auto part = std::get<wire::KeysPart>(client_->Receive().value().answer);
      last = part.last;
      std::ranges::move(part.keys, std::back_inserter(keys));
    }
    return keys;
  }

  FakeToken token_;
  std::unique_ptr<WireClient> client_;
  std::unique_ptr<WorkerServer> server_;  // before client_: its threads read the socket
};

TEST_F(Worker, SaysFirstThatItIsReadyAndForWhichToken) {
  WireClient client;
  const WorkerServer server(token_, client.worker_end(), 1);
  const wire::Response first = client.Receive().value();
  EXPECT_EQ(first.number, 0U);
  EXPECT_EQ(std::get<wire::Ready>(first.answer).token.name, token_.Info().name);
}

TEST_F(Worker, GeneratesFindsSignsAndDestroys) {
  const TokenKey key = Generate();
  EXPECT_EQ(std::get<TokenKey>(client_->Ask(wire::FindKeyCall{key.id})).public_key, key.public_key);
  const Sha256Digest digest = DigestOf("mail");
  const auto signature =
      std::get<wire::Signature>(client_->Ask(wire::SignCall{key.id, digest, key.public_key}));
  EXPECT_TRUE(VerifySignature(key.public_key, digest, signature.bytes));
  EXPECT_TRUE(std::holds_alternative<wire::Done>(client_->Ask(wire::HealthCall{})));
  EXPECT_TRUE(std::holds_alternative<wire::Done>(client_->Ask(wire::DestroyCall{key.id})));
  EXPECT_EQ(ReasonOf(client_->Ask(wire::FindKeyCall{key.id})), reason::kTokenKeyUnknown);
}

TEST_F(Worker, SignsANoteWithAnAuditKeyOnly) {
  const TokenKey audit = Generate("audit:log", KeyPurpose::kAudit);
  const auto signature =
      std::get<wire::Signature>(client_->Ask(wire::SignNoteCall{audit.id, "note", {}}));
  EXPECT_TRUE(VerifyNote(audit.public_key, "note", signature.bytes));
  EXPECT_EQ(ReasonOf(client_->Ask(wire::SignNoteCall{Generate().id, "note", {}})),
            reason::kWrongPurpose);
}

TEST_F(Worker, RefusesAKeyThatIsNotTheExpectedOne) {
  const TokenKey key = Generate();
  const PublicKey other = SoftwareKey::Ed25519().public_key();
  EXPECT_EQ(ReasonOf(client_->Ask(wire::SignCall{key.id, DigestOf("mail"), other})),
            reason::kKeyChanged);
}

TEST_F(Worker, PassesAnErrorOnWhole) {
  const Error error{Code::kUnavailable, std::string(reason::kTokenAway), "gone", "",
                    std::chrono::milliseconds(70)};
  token_.Fail(FakeToken::Call::kSign, 1, error);
  EXPECT_EQ(std::get<Error>(client_->Ask(wire::SignCall{KeyId::Zero(), DigestOf("mail"), {}})),
            error);
}

TEST_F(Worker, ListsKeysInPartsOfWhichOneIsTheLast) {
  unsigned parts = 0;
  EXPECT_TRUE(FindAll(parts).empty());
  EXPECT_EQ(parts, 1U);
  std::set<KeyId> ids;
  for (int i = 0; i < 60; ++i) ids.insert(Generate("dkim:" + std::string(1000, 'a')).id);
  parts = 0;
  std::set<KeyId> found;
  for (const TokenKey& key : FindAll(parts)) EXPECT_TRUE(found.insert(key.id).second);
  EXPECT_EQ(found, ids);
  EXPECT_GE(parts, 2U);
}

TEST_F(Worker, HasAThreadForEachCall) {
  const TokenKey key = Generate();
  token_.Hold(FakeToken::Call::kSign);
  client_->Send(wire::SignCall{key.id, DigestOf("1"), {}});
  token_.WaitUntilHeld(FakeToken::Call::kSign, 1);
  EXPECT_TRUE(std::holds_alternative<TokenKey>(client_->Ask(wire::FindKeyCall{key.id})));
  token_.Release(FakeToken::Call::kSign);
  EXPECT_TRUE(std::holds_alternative<wire::Signature>(client_->Receive().value().answer));
}

TEST_F(Worker, GivesTheTokenTheCallsDeadline) {
  token_.Hold(FakeToken::Call::kCheckHealth);
  client_->Send(wire::HealthCall{}, std::chrono::milliseconds(20));
  EXPECT_EQ(ReasonOf(client_->Receive().value().answer), reason::kDeadline);
}

TEST_F(Worker, AsksTheRuleBeforeItDestroysAndTellsItAfterwards) {
  std::vector<KeyId> done;
  bool allow = false;
  Start(1, {.allow = [&](const KeyId&) -> Outcome {
              if (allow) return {};
              return Fail(Code::kResourceExhausted, reason::kDestroyLimit, "enough");
            },
            .done = [&](const KeyId& id) { done.push_back(id); }});
  const TokenKey key = Generate();
  EXPECT_EQ(ReasonOf(client_->Ask(wire::DestroyCall{key.id})), reason::kDestroyLimit);
  EXPECT_TRUE(std::holds_alternative<TokenKey>(client_->Ask(wire::FindKeyCall{key.id})));
  EXPECT_TRUE(done.empty());
  allow = true;
  EXPECT_TRUE(std::holds_alternative<wire::Done>(client_->Ask(wire::DestroyCall{key.id})));
  EXPECT_EQ(done, std::vector{key.id});
}

TEST_F(Worker, EndsWithTheDaemon) {
  client_->Close();
  EXPECT_EQ(server_->WaitForEnd(), End::kEndOfFile);
}

TEST_F(Worker, EndsWithARefusedPinWhenThatIsAnswered) {
  token_.Fail(FakeToken::Call::kCheckHealth, 1,
              {Code::kFailedPrecondition, std::string(reason::kPinRefused), "no"});
  EXPECT_EQ(ReasonOf(client_->Ask(wire::HealthCall{})), reason::kPinRefused);
  EXPECT_EQ(server_->WaitForEnd(), End::kPinRefused);
}

TEST_F(Worker, EndsWhileACallIsInsideTheToken) {
  token_.Hold(FakeToken::Call::kCheckHealth);
  client_->Send(wire::HealthCall{});
  token_.WaitUntilHeld(FakeToken::Call::kCheckHealth, 1);
  client_->Close();
  EXPECT_EQ(server_->WaitForEnd(), End::kEndOfFile);
  token_.Release(FakeToken::Call::kCheckHealth);
}

TEST_F(Worker, BelievesNothingAfterAMalformedRequest) {
  const std::string whole =
      wire::Encode(wire::Request{1, std::chrono::steady_clock::now(), wire::HealthCall{}}).value();
  for (const std::string& packet :
       {whole.substr(0, whole.size() - 1), whole + "x", std::string("\xff"),
        std::string(wire::kMaxPacket + 1, '\x01'), std::string(100'000, '\0')}) {
    Start(2);
    const unsigned before = token_.calls(FakeToken::Call::kCheckHealth);
    client_->SendPacket(packet);
    EXPECT_EQ(server_->WaitForEnd(), End::kBadFrame);
    EXPECT_FALSE(client_->Receive());
    EXPECT_EQ(token_.calls(FakeToken::Call::kCheckHealth), before);
  }
}

}  // namespace
}  // namespace dkimkeeper
