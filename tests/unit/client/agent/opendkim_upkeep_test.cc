#include "client/agent/opendkim_upkeep.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "client/reference/reference_file.h"
#include "proto/base/read_file.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

// Knows the public keys of the list that the test sets.
class PlayedClient final : public Client {
 public:
  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign>) override {
    return {};
  }
  Result<SigningKeys> ListSigningKeys() override { return list; }
  Result<SigningKeys> ListSigningKeysOf(const Domain&, std::chrono::milliseconds) override {
    ++asked;
    if (away) return Fail(Code::kUnavailable, reason::kServerAway, "away");
    SigningKeys keys = list;
    for (SigningKey& key : keys.keys) {
      key.public_key = PublicKey{key.algorithm, std::string(32, 'k')};
    }
    return keys;
  }
  Outcome AcknowledgeKeys(std::uint64_t) override { return {}; }
  Result<std::string> SignDigest(const DigestToSign&, const CallOptions&) override { return ""; }
  Result<std::shared_ptr<const SigningKeys>> WatchedSigningKeys() override {
    return Fail(Code::kUnavailable, reason::kServerAway, "away");
  }

  SigningKeys list;
  bool away = false;
  int asked = 0;
};

class OpenDkimUpkeepTest : public testing::Test {
 protected:
  OpenDkimUpkeepTest() { fs::create_directory(folder_.path() / "refs"); }

  OpenDkimOptions Options() const {
    const fs::path at = folder_.path();
    return {.key_table = at / "KeyTable",
            .signing_table = at / "SigningTable",
            .references = at / "refs",
            .algorithm = Algorithm::kEd25519Sha256,
            .reload_command = {"/bin/sh", "-c", "echo >> " + (at / "reloads").string()},
            .authors = {}};
  }

  void Set(std::vector<std::string> selectors) {
    client_.list.keys.clear();
    for (const std::string& each : selectors) {
      client_.list.keys.push_back(Key("a.example", each, Algorithm::kEd25519Sha256));
    }
    ++client_.list.generation;
  }

  std::string Text(const char* name) const {
    return ReadFile((folder_.path() / name).string(), 1 << 20).value_or("");
  }

  std::size_t Reloads() const { return Text("reloads").size(); }

  bool Has(const char* selector) const {
    return fs::exists(folder_.path() / "refs" /
                      ReferenceFileName(Dom("a.example"), Selector::Parse(selector).value()));
  }

  const TempDir folder_;
  PlayedClient client_;
  AgentMetrics metrics_;
  std::string log_;
  EventLog events_{[this](Severity, std::string_view line) { log_.append(line).append("\n"); }};
};

TEST_F(OpenDkimUpkeepTest, FollowsTheKeys) {
  OpenDkimUpkeep upkeep(Options(), client_, metrics_, events_);
  Set({"s1"});
  upkeep.Refresh(client_.list);
  EXPECT_THAT(Text("KeyTable"), HasSubstr("a.example a.example:s1:"));
  EXPECT_THAT(Text("SigningTable"), HasSubstr("*@a.example a.example\n"));
  const auto reference = ReadReferenceFile(Text("refs/s1._domainkey.a.example.dkimkeeper.pem"));
  ASSERT_TRUE(reference) << reference.error().message;
  EXPECT_EQ(reference->reference.Uri(), "dkimkeeper:a.example/s1");
  EXPECT_EQ(Reloads(), 1U);
  EXPECT_EQ(upkeep.generation(), std::optional<std::uint64_t>(1));

  Set({"s2", "s1"});
  client_.list.keys[1].signs_until_ms = 5;
  upkeep.Refresh(client_.list);
  EXPECT_THAT(Text("KeyTable"), HasSubstr("a.example a.example:s2:"));
  EXPECT_TRUE(Has("s1")) << "OpenDKIM may still read it";
  EXPECT_EQ(Reloads(), 2U);

  Set({"s2"});
  upkeep.Refresh(client_.list);
  EXPECT_FALSE(Has("s1"));
  EXPECT_EQ(Reloads(), 2U) << "the tables are as before";
  EXPECT_EQ(client_.asked, 2) << "once for each new key";
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("dkimkeeper_agent_opendkim_updates_total{result=\"updated\"} 3"));
}

TEST_F(OpenDkimUpkeepTest, TriesAgainAfterAFailure) {
  OpenDkimUpkeep upkeep(Options(), client_, metrics_, events_);
  Set({"s1"});
  client_.away = true;
  upkeep.Refresh(client_.list);
  EXPECT_EQ(Text("KeyTable"), "") << "no table leads to a reference that is not there";
  EXPECT_THAT(log_, HasSubstr("event=opendkim.failed reason=SERVER_AWAY"));
  client_.away = false;
  for (int i = 0; i < 60 && Reloads() == 0; ++i) upkeep.Refresh(client_.list);
  EXPECT_EQ(Reloads(), 1U);
  EXPECT_EQ(client_.asked, 2) << "not at every call";
}

TEST_F(OpenDkimUpkeepTest, AReloadThatFailedIsMadeUpFor) {
  OpenDkimOptions options = Options();
  const std::string good = (folder_.path() / "good").string();
  options.reload_command = {
      "/bin/sh", "-c", "echo >> " + (folder_.path() / "reloads").string() + "; test -e " + good};
  OpenDkimUpkeep upkeep(options, client_, metrics_, events_);
  Set({"s1"});
  upkeep.Refresh(client_.list);
  EXPECT_THAT(log_, HasSubstr("exit status 1"));
  EXPECT_EQ(upkeep.generation(), std::nullopt) << "OpenDKIM has not read the tables";
  fs::create_directory(good);
  for (int i = 0; i < 60 && Reloads() < 2; ++i) upkeep.Refresh(client_.list);
  EXPECT_EQ(Reloads(), 2U);
  EXPECT_THAT(log_, HasSubstr("event=opendkim.updated"));
}

TEST_F(OpenDkimUpkeepTest, WithoutACommandNobodyKnowsWhatOpenDkimRead) {
  OpenDkimOptions options = Options();
  options.reload_command.clear();
  OpenDkimUpkeep upkeep(options, client_, metrics_, events_);
  Set({"s1"});
  upkeep.Refresh(client_.list);
  EXPECT_THAT(log_, HasSubstr("event=opendkim.updated"));
  EXPECT_EQ(upkeep.generation(), 0U);
}

TEST_F(OpenDkimUpkeepTest, LeavesFilesOfOthersAlone) {
  OpenDkimUpkeep upkeep(Options(), client_, metrics_, events_);
  fs::create_directory(folder_.path() / "refs/mine.pem");
  Set({"s1"});
  upkeep.Refresh(client_.list);
  EXPECT_TRUE(fs::exists(folder_.path() / "refs/mine.pem"));
}

}  // namespace
}  // namespace dkimkeeper
