// `dkimkeeper audit …` from words to standard output, on logs in a folder.
#include <gmock/gmock.h>

#include <fstream>
#include <functional>
#include <sstream>

#include "client/cli/json.h"
#include "client/cli/run.h"
#include "proto/dkim/hex.h"
#include "proto/reason.h"
#include "tests/fakes/sample_audit_log.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/client/lib/fake_pace.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Does something at each wait, and ends after the last of them.
class ScriptedPace final : public FakePace {
 public:
  explicit ScriptedPace(std::vector<std::function<void()>> acts) : acts_(std::move(acts)) {}
  bool Wait(std::chrono::milliseconds /*duration*/, const std::stop_token& /*stop*/) override {
    if (next_ == acts_.size()) return false;
    acts_[next_++]();
    return true;
  }

 private:
  std::vector<std::function<void()>> acts_;
  std::size_t next_ = 0;
};

class RunAuditTest : public testing::Test {
 protected:
  RunAuditTest() : log_(directory_.path() / "mx1") {
    log_.AppendSignatures(3);
    log_.Append({.at = AuditRecord::Time(std::chrono::seconds(SampleAuditLog::kBegin + 3)),
                 .identity = "uri:spiffe://example.com/eve",
                 .act = "key.activate",
                 .domain = "example.com",
                 .result = "NO_GRANT"});
    log_.AppendCheckpoint();
    log_.AppendSignatures(1);
  }

  Outcome Run(std::vector<std::string> words) {
    words.insert(words.begin(), "audit");
    const auto parsed = ParseCommandLine(words);
    if (const auto* printout = std::get_if<Printout>(&parsed))
      return Fail(Code::kInvalidArgument, "USAGE", printout->text);
    std::istringstream in(in_);
    out_.str("");
    err_.str("");
    return RunCommand(std::get<Invocation>(parsed),
                      {.in = in,
                       .out = out_,
                       .err = err_,
                       .now_ms = [] { return (SampleAuditLog::kBegin + 3600) * 1000; },
                       .temp_directory = directory_.path(),
                       .pace = pace_});
  }

  [[nodiscard]] std::string Folder() const { return log_.folder().string(); }
  [[nodiscard]] Json Document() const { return Json::parse(out_.str()); }
  std::string Write(const std::string& name, const std::string& text) {
    const auto path = directory_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  void Spoil() {
    std::fstream file(log_.folder() / "00000000000000000000.audit",
                      std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(120);
    file.put('!');
  }

  TempDir directory_;
  SampleAuditLog log_;
  std::string in_;
  std::shared_ptr<Pace> pace_ = std::make_shared<FakePace>();
  std::ostringstream out_, err_;
};

TEST_F(RunAuditTest, ListsRecords) {
  ASSERT_THAT(Run({"list", Folder()}), IsOk());
  EXPECT_EQ(
      out_.str(),
      "TIME                         RECORD  OUTCOME   ACT           IDENTITY                      "
      "DOMAIN       SENDER   SELECTOR  NOTE\n"
      "2025-07-08T18:40:00.000000Z  0       ok        sign          dns:mx0.example               "
      "example.com  default  s1        queue 0\n"
      "2025-07-08T18:40:01.000000Z  1       ok        sign          dns:mx1.example               "
      "example.com  default  s1        queue 1\n"
      "2025-07-08T18:40:02.000000Z  2       ok        sign          dns:mx2.example               "
      "example.com  default  s1        queue 2\n"
      "2025-07-08T18:40:03.000000Z  3       NO_GRANT  key.activate  uri:spiffe://example.com/eve  "
      "example.com\n"
      "2025-07-08T18:40:04.000000Z  4       ok        sign          dns:mx1.example               "
      "example.com  default  s1        queue 4\n");
}

TEST_F(RunAuditTest, ListsWhatIsAskedFor) {
  const auto listed = [&](std::vector<std::string> filter) {
    filter.insert(filter.begin(), {"list", Folder(), "--json"});
    EXPECT_THAT(Run(filter), IsOk());
    std::vector<int> sequences;
    const Json document = Document();
    for (const auto& each : document["records"]) sequences.push_back(each["sequence"]);
    return sequences;
  };
  EXPECT_EQ(listed({}), (std::vector{0, 1, 2, 3, 4}));
  EXPECT_EQ(listed({"--act", "sign", "--identity", "dns:mx1.example"}), (std::vector{1, 4}));
  EXPECT_EQ(listed({"--outcome", "refused"}), (std::vector{3}));
  EXPECT_EQ(listed({"--since", "2025-07-08T18:40:02Z", "--until", "2025-07-08T18:40:04Z"}),
            (std::vector{2, 3}));
  EXPECT_EQ(listed({"--since", "1h", "--act", "key"}), (std::vector{3}));
  EXPECT_EQ(listed({"--domain", "example.net"}), std::vector<int>{});
  EXPECT_THAT(Run({"list", Folder(), "--since", "noon"}), IsRefused(reason::kBadOption));
}

TEST_F(RunAuditTest, SeveralLogsAreOneList) {
  SampleAuditLog other(directory_.path() / "mx2", "keeper.example/audit/mx2");
  other.AppendSignatures(2);
  ASSERT_THAT(Run({"list", Folder(), other.folder().string(), "--until", "2025-07-08T18:40:02Z"}),
              IsOk());
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("LOG"), HasSubstr("keeper.example/audit/mx1  0"),
                                HasSubstr("keeper.example/audit/mx2  1")));
}

TEST_F(RunAuditTest, FollowsWhatIsWritten) {
  pace_ = std::make_shared<ScriptedPace>(
      std::vector<std::function<void()>>{[&] { log_.AppendSignatures(1); },
                                         [&] {
                                           log_.StartSegment();
                                           log_.AppendSignatures(1);
                                         },
                                         [] {}});
  ASSERT_THAT(Run({"list", Folder(), "--follow", "--since", "2025-07-08T18:40:05Z"}), IsOk());
  EXPECT_THAT(out_.str(),
              AllOf(HasSubstr("queue 5"), HasSubstr("queue 6"), Not(HasSubstr("queue 4"))));
  EXPECT_TRUE(out_.str().starts_with("TIME"));
  EXPECT_EQ(out_.str().find("TIME", 1), std::string::npos);
}

TEST_F(RunAuditTest, ExportsALineARecord) {
  ASSERT_THAT(Run({"export", Folder()}), IsOk());
  std::istringstream lines(out_.str());
  std::string line;
  int count = 0;
  while (std::getline(lines, line)) {
    const Json record = Json::parse(line);
    EXPECT_EQ(record["sequence"], count++);
    EXPECT_EQ(record["log"], "keeper.example/audit/mx1");
  }
  EXPECT_EQ(count, 5);
}

TEST_F(RunAuditTest, DamageIsToldAndFails) {
  Spoil();
  const auto outcome = Run({"list", Folder()});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kAuditDamaged);
  EXPECT_THAT(err_.str(), HasSubstr("the checksum of record 0 does not match"));
  EXPECT_THAT(out_.str(), HasSubstr("queue 4"));
}

TEST_F(RunAuditTest, VerifiesAHealthyLog) {
  ASSERT_THAT(Run({"verify", Folder()}), IsOk());
  EXPECT_EQ(
      out_.str(),
      "log:          keeper.example/audit/mx1\n"
      "folder:       " +
          Folder() +
          "\n"
          "records:      0 to 4, in 1 segment\n"
          "checkpoints:  1 of these records\n"
          "proven:       0 to 3\n"
          "not proven:   4: in no checkpoint yet\n"
          "cut off:      unknown from record 4 on: give --last a checkpoint that was kept "
          "elsewhere\n"
          "key:          out of the log's own folder: compare it with one that you know, or give "
          "--key\n"
          "verdict:      whole\n");
}

TEST_F(RunAuditTest, VerifiesWithKeyAndLast) {
  const std::string last = Write("last", log_.SignCheckpoint().ToString());
  ASSERT_THAT(Run({"verify", Folder(), "--key", log_.key().ToString(), "--last", last, "--json"}),
              IsOk());
  const Json log = Document()["logs"][0];
  EXPECT_EQ(log["healthy"], true);
  EXPECT_EQ(log["proven_size"], 5);
  EXPECT_EQ(log["known_size"], 5);
  EXPECT_EQ(log["own_key"], false);
  const std::string key = Write("key", log_.key().ToString() + "\n");
  EXPECT_THAT(Run({"verify", Folder(), "--key", key}), IsOk());
  EXPECT_THAT(Run({"verify", Folder(), "--key", "nonsense"}), IsRefused(reason::kBadOption));
}

TEST_F(RunAuditTest, ACheckpointOfAnotherLogProvesNothing) {
  const SampleAuditLog other(directory_.path() / "mx2", "keeper.example/audit/mx2");
  const std::string last = Write("last", other.SignCheckpoint().ToString());
  EXPECT_THAT(Run({"verify", Folder(), "--last", last}), IsRefused(reason::kBadOption));
  EXPECT_THAT(Run({"verify", Folder(), other.folder().string(), "--record", "1"}),
              IsRefused(reason::kBadOption));
}

TEST_F(RunAuditTest, PrintsTheProofOfARecord) {
  ASSERT_THAT(Run({"verify", Folder(), "--record", "2"}), IsOk());
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("note:       queue 2"), HasSubstr("tree size:  4"),
                                HasSubstr("inclusion proof, from the leaf to the root:")));
  ASSERT_THAT(Run({"verify", Folder(), "--record", "2", "--json"}), IsOk());
  EXPECT_EQ(Document()["logs"][0]["inclusion"]["path"].size(), 2U);
  EXPECT_FALSE(Run({"verify", Folder(), "--record", "4"}));
}

TEST_F(RunAuditTest, FindsTampering) {
  Spoil();
  const auto outcome = Run({"verify", Folder()});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kAuditDamaged);
  EXPECT_THAT(out_.str(),
              AllOf(HasSubstr("verdict:      DAMAGED"), HasSubstr("proven:       nothing"),
                    HasSubstr("00000000000000000000.audit, octet 60: the checksum of "
                              "record 0 does not match")));
  EXPECT_FALSE(Run({"verify", Folder(), "--json"}));
  EXPECT_EQ(Document()["logs"][0]["findings"][0]["offset"], 60);
}

TEST_F(RunAuditTest, FindsWhoSignedADigest) {
  const std::string digest = EncodeHex(OctetsOf(Sha256("message 1")));
  ASSERT_THAT(Run({"who-signed", Folder(), "--digest", digest}), IsOk());
  EXPECT_EQ(out_.str(), "digest:  " + digest +
                            "\n"
                            "  who:      dns:mx1.example\n"
                            "  when:     2025-07-08T18:40:01.000000Z\n"
                            "  note:     queue 1\n"
                            "  act:      sign\n"
                            "  outcome:  ok\n"
                            "  key:      example.com s1 rsa-sha256\n"
                            "  sender:   default\n"
                            "  record:   1 of keeper.example/audit/mx1\n");
  const auto unknown = Run({"who-signed", Folder(), "--digest", std::string(64, '0')});
  EXPECT_EQ(unknown.error().reason, reason::kRecordUnknown);
  EXPECT_THAT(out_.str(), HasSubstr("no record of it"));
  EXPECT_THAT(Run({"who-signed", Folder(), "--digest", "12"}), IsRefused(reason::kBadDigest));
}

TEST_F(RunAuditTest, FindsWhoSignedAMessage) {
  // The digest of RFC 8463's Ed25519 example, as a daemon would have noted it.
  std::ifstream file(std::string(DKIMKEEPER_TEST_VECTORS) + "/rfc8463.msg", std::ios::binary);
  in_.assign(std::istreambuf_iterator<char>(file), {});
  EXPECT_FALSE(Run({"who-signed", Folder(), "--message", "-", "--json"}));
  const std::string digest = Document()["digests"][0]["digest"];
  log_.Append({.identity = "dns:mx7.example",
               .act = "sign",
               .digest = *Sha256Digest::FromHex(digest),
               .result = "ok"});
  ASSERT_THAT(Run({"who-signed", Folder(), "--message", "-"}), IsOk());
  EXPECT_THAT(out_.str(),
              AllOf(HasSubstr("signature:  d=football.example.com s=brisbane"),
                    HasSubstr("body:       as it was signed"), HasSubstr("dns:mx7.example")));
  EXPECT_THAT(Run({"who-signed", Folder(), "--message", "/nowhere"}),
              IsRefused(reason::kBadOption));
}

TEST_F(RunAuditTest, UsageIsChecked) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"verify"},
        {"who-signed", Folder()},
        {"who-signed", Folder(), "--digest", "0", "--message", "-"},
        {"list", "--record", "1"}}) {
    const auto outcome = Run(words);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().reason, "USAGE") << words.front();
  }
}

}  // namespace
}  // namespace dkimkeeper
