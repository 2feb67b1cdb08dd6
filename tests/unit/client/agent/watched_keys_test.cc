#include "client/agent/watched_keys.h"

#include <gmock/gmock.h>

#include <fstream>

#include "client/agent/key_list_text.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A server that the test plays.
class PlayedClient final : public Client {
 public:
  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign>) override {
    return {};
  }
  Result<SigningKeys> ListSigningKeys() override { return *list; }
  Result<SigningKeys> ListSigningKeysOf(const Domain&, std::chrono::milliseconds) override {
    return *list;
  }
  Outcome AcknowledgeKeys(std::uint64_t) override { return {}; }
  Result<std::string> SignDigest(const DigestToSign&, const CallOptions&) override { return ""; }
  Result<std::shared_ptr<const SigningKeys>> WatchedSigningKeys() override {
    if (list != nullptr) return list;
    return Fail(Code::kUnavailable, reason::kServerAway, "away");
  }

  std::shared_ptr<const SigningKeys> list;
};

std::shared_ptr<const SigningKeys> Generation(std::uint64_t generation) {
  SigningKeys keys = ListOf({Key("example.com", "s1")});
  keys.generation = generation;
  return std::make_shared<const SigningKeys>(std::move(keys));
}

class WatchedKeysTest : public testing::Test {
 protected:
  WatchedKeys Start() {
    return {client_, file_, events_, [this](std::uint64_t n) { generations_.push_back(n); }};
  }

  const TempDir folder_;
  const std::string file_ = folder_.path() / "keys";
  PlayedClient client_;
  std::string log_;
  EventLog events_{[this](Severity, std::string_view line) { log_.append(line).append("\n"); }};
  std::vector<std::uint64_t> generations_;
};

TEST_F(WatchedKeysTest, NoServerAndNoFileIsNoList) {
  WatchedKeys keys = Start();
  keys.Refresh();
  EXPECT_EQ(keys.Newest(), nullptr);
  keys.Refresh();
  EXPECT_EQ(log_, "event=keys.away reason=SERVER_AWAY message=away\n") << "said once";
}

TEST_F(WatchedKeysTest, TheServersListIsKeptForAStartWithoutIt) {
  client_.list = Generation(7);
  {
    WatchedKeys keys = Start();
    keys.Refresh();
    EXPECT_EQ(keys.Newest()->generation, 7U);
  }
  client_.list = nullptr;
  WatchedKeys keys = Start();
  keys.Refresh();
  ASSERT_NE(keys.Newest(), nullptr);
  EXPECT_EQ(RenderKeyList(*keys.Newest()), RenderKeyList(*Generation(7)));
}

TEST_F(WatchedKeysTest, TheServersListReplacesTheFiles) {
  std::ofstream(file_) << RenderKeyList(*Generation(3));
  client_.list = Generation(8);
  WatchedKeys keys = Start();
  EXPECT_EQ(keys.Newest()->generation, 3U);
  keys.Refresh();
  EXPECT_EQ(keys.Newest()->generation, 8U);
  EXPECT_THAT(generations_, ElementsAre(3, 8));
}

TEST_F(WatchedKeysTest, AMessageSeesANewListBeforeTheNextRefresh) {
  client_.list = Generation(1);
  WatchedKeys keys = Start();
  keys.Refresh();
  client_.list = Generation(2);
  EXPECT_EQ(keys.Newest()->generation, 2U);
}

TEST_F(WatchedKeysTest, TheLastListStaysGoodWhileTheServerIsAway) {
  client_.list = Generation(1);
  WatchedKeys keys = Start();
  keys.Refresh();
  client_.list = nullptr;
  keys.Refresh();
  EXPECT_EQ(keys.Newest()->generation, 1U);
}

TEST_F(WatchedKeysTest, AFileThatIsNotOursIsNotBelieved) {
  std::ofstream(file_) << "dkimkeeper-keys 1 3\nend 1\n";
  WatchedKeys keys = Start();
  EXPECT_EQ(keys.Newest(), nullptr);
  EXPECT_THAT(log_, HasSubstr("event=keys.file_refused"));
}

TEST_F(WatchedKeysTest, ADiskThatRefusesStopsNothing) {
  client_.list = Generation(1);
  WatchedKeys keys(client_, folder_.path() / "no" / "keys", events_, [](std::uint64_t) {});
  keys.Refresh();
  EXPECT_EQ(keys.Newest()->generation, 1U);
  EXPECT_THAT(log_, HasSubstr("event=keys.not_saved"));
}

}  // namespace
}  // namespace dkimkeeper
