// The table: what can happen to a worker × what it was doing.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "hsm/remote/remote_token.h"
#include "hsm/wire/codec.h"
#include "proto/reason.h"
#include "tests/fakes/fake_token.h"
#include "tests/fakes/thread_workers.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

KeySpec Spec(KeyPurpose purpose, std::string label) {
  return {.id = KeyId::Random(),
          .purpose = purpose,
          .algorithm = Algorithm::kEd25519Sha256,
          .label = std::move(label)};
}

// A token with a key for mail and one for notes, and what may be asked of it.
struct Scene {
  FakeToken fake;
  TokenKey mail = fake.GenerateKeyPair(Spec(KeyPurpose::kDkim, "dkim:a:b"), Soon()).value();
  TokenKey audit = fake.GenerateKeyPair(Spec(KeyPurpose::kAudit, "audit:a"), Soon()).value();
  KeySpec fresh = Spec(KeyPurpose::kDkim, "dkim:c:d");
};

Outcome WrongResult() { return Fail(Code::kInternal, "WRONG", "the answer is wrong"); }

Outcome Generate(Scene& scene, Token& token) {
  const Result<TokenKey> key = token.GenerateKeyPair(scene.fresh, Soon());
  if (!key) return Forward(key);
  const Result<TokenKey> there = scene.fake.FindKey(scene.fresh.id, Soon());
  return there && there->public_key == key->public_key ? Outcome() : WrongResult();
}

Outcome FindAll(Scene& /*scene*/, Token& token) {
  const auto keys = token.FindKeys(Soon());
  if (!keys) return Forward(keys);
  return keys->size() == 2 ? Outcome() : WrongResult();
}

Outcome Find(Scene& scene, Token& token) {
  const Result<TokenKey> key = token.FindKey(scene.mail.id, Soon());
  if (!key) return Forward(key);
  return key->public_key == scene.mail.public_key ? Outcome() : WrongResult();
}

Outcome Sign(Scene& scene, Token& token) {
  const auto signature = token.Sign(scene.mail.id, DigestOf("mail"), Soon());
  if (!signature) return Forward(signature);
  const bool good = VerifySignature(scene.mail.public_key, DigestOf("mail"), *signature);
  return good ? Outcome() : WrongResult();
}

// As Sign does, but for the thread that waits.
Outcome Begin(Scene& scene, Token& token) {
  std::promise<Token::SignBegun> told;
  const auto done = [&](Token::SignBegun begun) { told.set_value(std::move(begun)); };
  // No worker may be ready yet.
  if (!token.CheckHealth(Soon())) return WrongResult();
  if (!token.BeginSign(scene.mail.id, DigestOf("mail"), Soon(), done)) return WrongResult();
  Token::SignBegun begun = told.get_future().get();
  auto* rest = std::get_if<Token::SignRest>(&begun);
  const Result<std::string> signature =
      rest != nullptr ? (*rest)() : std::get<Result<std::string>>(std::move(begun));
  if (!signature) return Forward(signature);
  const bool good = VerifySignature(scene.mail.public_key, DigestOf("mail"), *signature);
  return good ? Outcome() : WrongResult();
}

Outcome Note(Scene& scene, Token& token) {
  const std::vector<std::uint8_t> note = {'n', 'o', 't', 'e'};
  const auto signature = token.SignNote(scene.audit.id, note, Soon());
  if (!signature) return Forward(signature);
  const bool good = VerifyNote(scene.audit.public_key, "note", *signature);
  return good ? Outcome() : WrongResult();
}

Outcome Destroy(Scene& scene, Token& token) {
  if (Outcome gone = token.DestroyPermanently(scene.mail.id, Soon()); !gone) return gone;
  return scene.fake.FindKey(scene.mail.id, Soon()) ? WrongResult() : Outcome();
}

Outcome Health(Scene& /*scene*/, Token& token) { return token.CheckHealth(Soon()); }

struct Asked {
  const char* name;
  std::size_t kind;  // its place in wire::Call
  Outcome (*ask)(Scene&, Token&);
  bool has_key = true;
};

constexpr Asked kAsked[] = {{"Generate", 0, Generate}, {"FindAll", 1, FindAll, false},
                            {"Find", 2, Find},         {"Sign", 3, Sign},
                            {"Begin", 3, Begin},       {"Note", 4, Note},
                            {"Destroy", 5, Destroy},   {"Health", 6, Health, false}};

struct Fault {
  const char* name;
  Mishap mishap;
  unsigned times;
  std::string_view reason = {};  // expected; empty: the call succeeds
};

constexpr Fault kFaults[] = {
    {"None", Mishap::kNone, 0},
    {"Crash", Mishap::kCrash, 1},
    {"CrashAfterwards", Mishap::kCrashAfterwards, 1},
    {"TwoCrashes", Mishap::kCrash, 2, reason::kPoisoned},
    {"Exit", Mishap::kExit, 1},
    {"TwoExits", Mishap::kExit, 2, reason::kPoisoned},
    {"KilledSixTimes", Mishap::kKilled, 6},
    {"KilledForEver", Mishap::kKilled, 99, reason::kTokenAway},
    {"EndOfFile", Mishap::kEndOfFile, 3},
    {"Hang", Mishap::kHang, 1},
    {"TwoHangs", Mishap::kHang, 2, reason::kPoisoned},
    {"Away", Mishap::kAway, 3},
    {"AwayForEver", Mishap::kAway, 99, reason::kTokenAway},
    {"Late", Mishap::kLate, 3},
    {"LateForEver", Mishap::kLate, 99, reason::kDeadline},
    {"Garbage", Mishap::kGarbage, 2},
    {"Oversized", Mishap::kOversized, 2},
    {"UnknownNumber", Mishap::kUnknownNumber, 2},
    {"WrongKind", Mishap::kWrongKind, 2},
    {"EmptyParts", Mishap::kEmptyParts, 2},
};

RemoteTokenOptions Options(Mishap mishap) {
  RemoteTokenOptions options{.name = "one"};
  options.restarts = {.shortest = milliseconds(1), .longest = milliseconds(4)};
  if (mishap != Mishap::kHang) return options;
  for (milliseconds* limit :
       {&options.limits.sign, &options.limits.shortest_sign, &options.limits.find_key,
        &options.limits.find_all, &options.limits.destroy, &options.limits.health,
        &options.limits.generate}) {
    *limit = milliseconds(500);
  }
  return options;
}

class RemoteTokenFault : public testing::TestWithParam<std::tuple<Fault, Asked>> {};

TEST_P(RemoteTokenFault, CostsTimeAndNothingElse) {
  const auto& [fault, asked] = GetParam();
  Scene scene;
  ThreadWorkers workers(scene.fake);
  std::vector<KeyId> poisoned;
  unsigned happened = 0;
  workers.OnRequest([&](const wire::Call& call) {
    const bool happens = call.index() == asked.kind && happened < fault.times;
    happened += happens ? 1 : 0;
    return happens ? fault.mishap : Mishap::kNone;
  });
  RemoteToken token(Options(fault.mishap), workers,
                    {.on_poisoned = [&](const KeyId& key) { poisoned.push_back(key); }});

  const Outcome outcome = asked.ask(scene, token);
  EXPECT_EQ(outcome ? "" : outcome.error().reason, fault.reason)
      << (outcome ? "" : outcome.error().message);
  const bool alarmed = fault.reason == reason::kPoisoned && asked.has_key;
  EXPECT_EQ(poisoned.size(), alarmed ? 1U : 0U);
  if (fault.reason.empty()) EXPECT_EQ(happened, fault.times);

  // Whatever happened to that call, the next one is served.
  workers.OnRequest({});
  if (asked.ask != Destroy) EXPECT_TRUE(Sign(scene, token));
  EXPECT_TRUE(Note(scene, token));
}

INSTANTIATE_TEST_SUITE_P(Table, RemoteTokenFault,
                         testing::Combine(testing::ValuesIn(kFaults), testing::ValuesIn(kAsked)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) + "_" +
                                  std::get<1>(info.param).name;
                         });

// --- What the table does not say

TEST(RemoteTokenFaults, ACallsNeighboursAreNotBlamedForItsCrashes) {
  Scene scene;
  ThreadWorkers workers(scene.fake);
  RemoteTokenOptions options = Options(Mishap::kHang);
  options.workers = 1;
  options.limits.sign = std::chrono::seconds(60);
  std::atomic<unsigned> hangs = 0;
  // The find hangs twice; each time the signature is in flight on the same worker.
  workers.OnRequest([&](const wire::Call& call) {
    if (std::holds_alternative<wire::HealthCall>(call)) return Mishap::kNone;
    return ++hangs <= 4 ? Mishap::kHang : Mishap::kNone;
  });
  RemoteToken token(options, workers);
  Outcome signing;
  std::thread signer([&] { signing = Sign(scene, token); });
  workers.WaitUntilHung(1);
  EXPECT_EQ(Find(scene, token).error().reason, reason::kPoisoned);
  hangs = 100;
  signer.join();
  EXPECT_TRUE(signing) << signing.error().message;
}

TEST(RemoteTokenFaults, ACallerInAHurryDoesNotKillTheWorker) {
  Scene scene;
  ThreadWorkers workers(scene.fake);
  RemoteToken token({.name = "one", .workers = 1}, workers);
  ASSERT_TRUE(token.WaitUntilReady(Soon()));
  scene.fake.Hold(FakeToken::Call::kSign);
  const auto signature = token.Sign(scene.mail.id, DigestOf("mail"),
                                    std::chrono::steady_clock::now() + milliseconds(50));
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().reason, reason::kDeadline);
  scene.fake.Release(FakeToken::Call::kSign);
  EXPECT_TRUE(Sign(scene, token));
  EXPECT_EQ(workers.starts(), 1U);
}

TEST(RemoteTokenFaults, AHungWorkerIsReplacedThoughItsCallerHasLeft) {
  Scene scene;
  ThreadWorkers workers(scene.fake);
  unsigned calls = 0;
  workers.OnRequest(
      [&](const wire::Call&) { return ++calls <= 1 ? Mishap::kHang : Mishap::kNone; });
  RemoteTokenOptions options = Options(Mishap::kHang);
  options.workers = 1;
  options.sessions = 1;
  RemoteToken token(options, workers);
  ASSERT_TRUE(token.WaitUntilReady(Soon()));
  EXPECT_FALSE(token.Sign(scene.mail.id, DigestOf("mail"),
                          std::chrono::steady_clock::now() + milliseconds(20)));
  EXPECT_TRUE(Sign(scene, token));
  EXPECT_EQ(workers.starts(), 2U);
}

// It finds the health key among all that the token has: ten thousand take seconds.
TEST(RemoteTokenFaults, AFreshWorkersFirstHealthCheckMaySearch) {
  Scene scene;
  ThreadWorkers workers(scene.fake);
  RemoteTokenOptions options{.name = "one", .workers = 1};
  options.limits.health = milliseconds(0);
  RemoteToken token(options, workers);
  ASSERT_TRUE(token.CheckHealth(Soon()));
  workers.KillAll();
  scene.fake.Hold(FakeToken::Call::kCheckHealth);
  auto checked = std::async(std::launch::async, [&] { return token.CheckHealth(Soon()); });
  scene.fake.WaitUntilHeld(FakeToken::Call::kCheckHealth, 1);
  // After each answer the worker is looked at.
  EXPECT_TRUE(Sign(scene, token));
  EXPECT_TRUE(Note(scene, token));
  scene.fake.Release(FakeToken::Call::kCheckHealth);
  EXPECT_TRUE(checked.get());
  EXPECT_EQ(workers.starts(), 2U);
}

TEST(RemoteTokenFaults, AFreshWorkersFirstSignaturesMaySearch) {
  Scene scene;
  ThreadWorkers workers(scene.fake);
  RemoteTokenOptions options{.name = "one", .workers = 1};
  options.limits.sign = options.limits.shortest_sign = milliseconds(0);
  options.limits.search_per_key = std::chrono::seconds(60);
  RemoteToken token(options, workers);
  token.Expect(scene.mail.id, scene.mail.public_key);
  ASSERT_TRUE(token.WaitUntilReady(Soon()));
  scene.fake.Hold(FakeToken::Call::kSign);
  auto signing = std::async(std::launch::async, [&] { return Sign(scene, token); });
  scene.fake.WaitUntilHeld(FakeToken::Call::kSign, 1);
  // After each answer the worker is looked at.
  EXPECT_TRUE(Note(scene, token));
  EXPECT_TRUE(Note(scene, token));
  scene.fake.Release(FakeToken::Call::kSign);
  EXPECT_TRUE(signing.get());
  EXPECT_EQ(workers.starts(), 1U);
}

TEST(RemoteTokenFaults, AKeyThatChangedIsRefusedByAFreshWorkerToo) {
  Scene scene;
  ThreadWorkers workers(scene.fake);
  RemoteToken token({.name = "one"}, workers);
  token.Expect(scene.mail.id, scene.mail.public_key);
  EXPECT_TRUE(Sign(scene, token));
  scene.fake.ReplaceKey(scene.mail.id, SoftwareKey::Ed25519());
  workers.KillAll();
  const Outcome signing = Sign(scene, token);
  ASSERT_FALSE(signing);
  EXPECT_EQ(signing.error().reason, reason::kKeyChanged);
}

// Otherwise every key that ever was would be kept in mind.
TEST(RemoteTokenFaults, NothingIsExpectedOfADestroyedKey) {
  Scene scene;
  ThreadWorkers workers(scene.fake);
  std::atomic<bool> expected = false;
  workers.OnRequest([&](const wire::Call& call) {
    const auto* sign = std::get_if<wire::SignCall>(&call);
    if (sign != nullptr) expected = !sign->expected.record_bytes.empty();
    return Mishap::kNone;
  });
  RemoteToken token({.name = "one"}, workers);
  token.Expect(scene.mail.id, scene.mail.public_key);
  EXPECT_TRUE(Sign(scene, token));
  EXPECT_TRUE(expected);
  EXPECT_TRUE(Destroy(scene, token));
  EXPECT_FALSE(Sign(scene, token));
  EXPECT_FALSE(expected);
}

TEST(RemoteTokenFaults, ANoteThatIsTooLongIsItsCallersError) {
  Scene scene;
  ThreadWorkers workers(scene.fake);
  RemoteToken token({.name = "one", .workers = 1}, workers);
  const std::vector<std::uint8_t> note(wire::kMaxNote + 1);
  EXPECT_EQ(token.SignNote(scene.audit.id, note, Soon()).error().reason, reason::kBadFrame);
  EXPECT_TRUE(Note(scene, token));
  EXPECT_EQ(workers.starts(), 1U);
}

}  // namespace
}  // namespace dkimkeeper
