#include "client/agent/local_desk.h"

#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "tests/fakes/manual_clock.h"
#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr milliseconds kPatience{8'000};
constexpr uid_t kMailer = 105;
constexpr gid_t kSigners = 2000;

Error Away() { return {Code::kUnavailable, std::string(reason::kServerAway), "no server"}; }

// A server that the test plays; a signature is the digest. Thread-safe while nothing is set.
class PlayedServer final : public Client {
 public:
  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign>) override {
    return {};
  }
  Result<SigningKeys> ListSigningKeys() override { return tl::unexpected(Away()); }
  Result<std::shared_ptr<const SigningKeys>> WatchedSigningKeys() override {
    return tl::unexpected(Away());
  }
  Result<SigningKeys> ListSigningKeysOf(const Domain&, milliseconds) override {
    ++asked;
    if (error) return tl::unexpected(*error);
    return list;
  }
  Outcome AcknowledgeKeys(std::uint64_t) override { return {}; }
  Result<std::string> SignDigest(const DigestToSign& item, const CallOptions& call) override {
    ++signatures;
    {
      const std::lock_guard lock(mutex_);
      last = call;
    }
    if (error) return tl::unexpected(*error);
    return item.digest.ToBytes();
  }

  SigningKeys list;
  std::optional<Error> error;
  std::atomic<int> asked = 0;
  std::atomic<int> signatures = 0;
  CallOptions last;

 private:
  std::mutex mutex_;
};

SigningKey PublicKeyed(SigningKey key) {
  key.public_key = PublicKey{key.algorithm, "public " + key.selector.str()};
  return key;
}

DigestToSign Order(std::string_view domain, std::string_view selector,
                   Algorithm algorithm = Algorithm::kRsaSha256, std::uint8_t first = 1) {
  return {Dom(domain), Selector::Parse(selector).value(), algorithm, Sha256Digest({first})};
}

// User 105 may use the default sender's RSA keys of example.com, group 2000 all of example.org.
class LocalDeskTest : public testing::Test {
 protected:
  LocalDeskTest() {
    const std::vector<SigningKey> keys = {
        Key("example.com", "old"),
        Key("example.com", "s1"),
        Key("example.com", "e1", Algorithm::kEd25519Sha256),
        Key("example.com", "n1", Algorithm::kRsaSha256, "news"),
        Key("example.org", "b1", Algorithm::kRsaSha256, "bulk"),
        Key("example.org", "o1"),
    };
    keys_.Set(keys);
    for (const SigningKey& key : keys) server_.list.keys.push_back(PublicKeyed(key));
    server_.list.keys[0].signs_until_ms = 1;
    Allow({{.who = UserId{kMailer},
            .domain = Dom("example.com"),
            .sender = Sender::Default(),
            .algorithm = Algorithm::kRsaSha256},
           {.who = GroupId{kSigners}, .domain = Dom("example.org")}});
  }

  void Allow(std::vector<LocalAccessRule> rules) {
    AgentPolicy policy;
    policy.local_access = LocalAccess(std::move(rules));
    policy_.Replace(std::move(policy));
  }

  Result<std::string> Sign(const DigestToSign& item) {
    return desk_.Sign(mailer_, item, kPatience);
  }
  std::string Refusal(const DigestToSign& item, const Peer& peer) {
    const auto answer = desk_.Sign(peer, item, kPatience);
    return answer ? "" : answer.error().reason;
  }
  std::string Refusal(const DigestToSign& item) { return Refusal(item, mailer_); }
  Result<FoundKey> Find(std::string_view domain, std::variant<Selector, Algorithm> which) {
    return desk_.Find(domain == "example.org" ? signer_ : mailer_, {Dom(domain), which}, kPatience);
  }

  std::string log_;
  EventLog events_{[this](Severity, std::string_view line) {
    const std::lock_guard lock(log_mutex_);
    log_.append(line).append("\n");
  }};
  std::mutex log_mutex_;
  CurrentPolicy policy_{AgentPolicy{}};
  SetKeys keys_;
  PlayedServer server_;
  ManualClock clock_;
  AgentMetrics metrics_;
  LocalDesk desk_{{policy_, keys_, server_, clock_, metrics_, events_}};
  const Peer mailer_{.pid = 4711, .uid = kMailer, .gid = 112, .groups = {}};
  const Peer signer_{.pid = 4712, .uid = 106, .gid = 106, .groups = {kSigners}};
};

TEST_F(LocalDeskTest, SignsWithAKeyThatARuleAllows) {
  EXPECT_EQ(Sign(Order("example.com", "s1")), Sha256Digest({1}).ToBytes());
  EXPECT_EQ(Refusal(Order("example.org", "b1"), signer_), "") << "any sender of its domain";
  EXPECT_EQ(server_.asked, 0) << "the list that is known suffices";
}

TEST_F(LocalDeskTest, TellsTheServerForWhomAndHowLong) {
  ASSERT_TRUE(Sign(Order("example.com", "s1")));
  EXPECT_EQ(server_.last.note, "dkimkeeper-agent for uid=105 gid=112 pid=4711");
  EXPECT_EQ(server_.last.deadline, milliseconds(7'750)) << "an answer comes before patience ends";
  ASSERT_TRUE(desk_.Sign(mailer_, Order("example.com", "s1"), milliseconds(80)));
  EXPECT_EQ(server_.last.deadline, milliseconds(70));
  ASSERT_TRUE(desk_.Sign(mailer_, Order("example.com", "s1"), milliseconds(0)));
  EXPECT_EQ(server_.last.deadline, milliseconds(1));
}

TEST_F(LocalDeskTest, DeniesByDefault) {
  EXPECT_EQ(Refusal(Order("example.org", "o1")), reason::kNoGrant) << "another domain";
  EXPECT_EQ(Refusal(Order("example.com", "e1", Algorithm::kEd25519Sha256)), reason::kNoGrant)
      << "another algorithm";
  EXPECT_EQ(Refusal(Order("example.com", "n1")), reason::kNoGrant) << "another sender";
  EXPECT_EQ(Refusal(Order("example.com", "s1"), signer_), reason::kNoGrant) << "another user";
  Allow({});
  EXPECT_EQ(Refusal(Order("example.com", "s1")), reason::kNoGrant);
  EXPECT_EQ(Find("example.com", Algorithm::kRsaSha256).error().reason, reason::kNoGrant);
  EXPECT_EQ(server_.signatures + server_.asked, 0) << "the server hears of none of it";
}

TEST_F(LocalDeskTest, TheKeysOwnAlgorithmIsWhatARuleAllows) {
  EXPECT_EQ(Refusal(Order("example.com", "e1", Algorithm::kRsaSha256)), reason::kNoGrant)
      << "whatever the program says";
}

TEST_F(LocalDeskTest, WhoMayNotUseADomainLearnsNothingOfItsKeys) {
  const auto known = desk_.Sign(signer_, Order("example.com", "s1"), kPatience);
  const auto unknown = desk_.Sign(signer_, Order("example.com", "nothing"), kPatience);
  EXPECT_EQ(known.error(), unknown.error());
}

TEST_F(LocalDeskTest, ANewKeyIsAskedFor) {
  keys_.Set({Key("example.com", "old")});
  EXPECT_EQ(Sign(Order("example.com", "s1")), Sha256Digest({1}).ToBytes());
  EXPECT_EQ(server_.asked, 1);
  keys_.newest = nullptr;
  EXPECT_EQ(Sign(Order("example.com", "s1")), Sha256Digest({1}).ToBytes()) << "without any list";
  EXPECT_EQ(Refusal(Order("example.com", "e1", Algorithm::kEd25519Sha256)), reason::kNoGrant);
}

TEST_F(LocalDeskTest, AKeyThatIsGoneSaysWhichOneTookItsPlace) {
  const auto answer = Sign(Order("example.com", "gone"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, reason::kSelectorNotActive);
  EXPECT_EQ(answer.error().current_selector, "s1");
  EXPECT_THAT(answer.error().message, HasSubstr("make a reference to s1"));
  EXPECT_EQ(server_.signatures, 0);
  const auto none = Sign(Order("example.com", "gone", Algorithm::kEd25519Sha256));
  EXPECT_EQ(none.error().current_selector, "") << "e1 is not for this user";
}

TEST_F(LocalDeskTest, AServerThatIsAwayIsSaid) {
  server_.error = Away();
  EXPECT_EQ(Sign(Order("example.com", "s1")).error(), Away());
  EXPECT_EQ(Sign(Order("example.com", "gone")).error(), Away());
  EXPECT_EQ(Find("example.com", Algorithm::kRsaSha256).error(), Away());
}

TEST_F(LocalDeskTest, FindsAKeyByItsSelector) {
  const auto found = Find("example.com", Selector::Parse("s1").value());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->reference.Uri(), "dkimkeeper:example.com/s1");
  EXPECT_EQ(found->sender, Sender::Default());
  EXPECT_EQ(found->public_key, (PublicKey{Algorithm::kRsaSha256, "public s1"}));
  EXPECT_EQ(Find("example.com", Selector::Parse("nothing").value()).error().reason,
            reason::kKeyUnknown);
  EXPECT_EQ(Find("example.com", Selector::Parse("e1").value()).error().reason, reason::kNoGrant);
}

TEST_F(LocalDeskTest, FindsTheKeyThatSignsNow) {
  EXPECT_EQ(Find("example.com", Algorithm::kRsaSha256)->reference.selector().str(), "s1")
      << "old has an end, n1 is of another sender";
  EXPECT_EQ(Find("example.org", Algorithm::kRsaSha256)->reference.selector().str(), "o1")
      << "the default sender's, before bulk's";
  EXPECT_EQ(Find("example.com", Algorithm::kEd25519Sha256).error().reason, reason::kKeyUnknown);
}

TEST_F(LocalDeskTest, AServerThatTellsNoPublicKeysIsSaid) {
  for (SigningKey& key : server_.list.keys) key.public_key.reset();
  EXPECT_THAT(Find("example.com", Algorithm::kRsaSha256).error().message,
              HasSubstr("does not tell public keys"));
}

TEST_F(LocalDeskTest, CountsAndLogsEachCall) {
  (void)Sign(Order("example.com", "s1"));
  (void)Sign(Order("example.com", "n1"));
  (void)Find("example.com", Algorithm::kRsaSha256);
  const std::string metrics = metrics_.Render();
  for (const char* line :
       {"{call=\"sign\",result=\"signed\"} 1", "{call=\"find\",result=\"found\"} 1",
        "{call=\"sign\",result=\"NO_GRANT\"} 1"}) {
    EXPECT_THAT(metrics, HasSubstr(std::string("dkimkeeper_agent_program_calls_total") + line));
  }
  EXPECT_THAT(log_, HasSubstr("event=program.served call=sign uid=105 gid=112 pid=4711 "
                              "domain=example.com key=s1\n"));
  EXPECT_THAT(log_, HasSubstr("event=program.refused call=sign uid=105 gid=112 pid=4711 "
                              "domain=example.com key=n1 reason=NO_GRANT message="));
}

TEST_F(LocalDeskTest, ServesThreadsAtOnceWhileRulesChange) {
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::uint8_t i = 1; i <= 8; ++i) {
    threads.emplace_back([this, i, &wrong] {
      for (int n = 0; n < 50; ++n) {
        const DigestToSign item = Order("example.com", "s1", Algorithm::kRsaSha256, i);
        const auto answer = Sign(item);
        const bool right =
            answer ? *answer == item.digest.ToBytes() : answer.error().reason == reason::kNoGrant;
        if (!right) ++wrong;
      }
    });
  }
  const LocalAccessRule rule{.who = UserId{kMailer}};
  for (int n = 0; n < 50; ++n)
    Allow(n % 2 == 0 ? std::vector<LocalAccessRule>{} : std::vector{rule});
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace dkimkeeper
