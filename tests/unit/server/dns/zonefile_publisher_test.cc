#include "server/dns/zonefile_publisher.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "proto/reason.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/run_program.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

constexpr const char* kHeader =
    "$ORIGIN dkim.example.net.\n$TTL 300\n@ SOA ns host {serial} 300 300 300 60\n@ NS ns\n"
    "ns A 192.0.2.53\n";

class ZonefilePublisherTest : public testing::Test {
 protected:
  [[nodiscard]] RecordChange Creation(const std::string& target = "s1.x.dkim.example.net") const {
    return {.domain = Domain::Parse("example.com").value(),
            .selector = Selector::Parse("s1").value(),
            .before = {},
            .after = KeyRecord{.public_key = std::nullopt},
            .target = target};
  }
  Result<Publication> Publish(const RecordChange& change) {
    return ZonefilePublisher(
               "file", options_,
               [this](std::string_view) {
                 ++reloads_;
                 return Result<CommandResult>(reload_);
               },
               clock_)
        .Publish(change);
  }
  [[nodiscard]] std::string Text() const {
    std::ifstream file(options_.file);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void UseHeader(const char* text) {
    options_.header_file = (dir_.path() / "header").string();
    std::ofstream(options_.header_file) << text;
  }

  TempDir dir_;
  ManualClock clock_;  // 2026-01-01
  int reloads_ = 0;
  CommandResult reload_{.failure = "", .output = ""};
  ZonefileOptions options_{.file = (dir_.path() / "zone").string(),
                           .zone = "dkim.example.net",
                           .header_file = "",
                           .reload = {"/sbin/reload"}};
};

TEST_F(ZonefilePublisherTest, SerialIsRaisedWithEachChangeAndNotWithARepeat) {
  UseHeader(kHeader);
  ASSERT_TRUE(Publish(Creation()));
  EXPECT_THAT(Text(), HasSubstr("SOA ns host 2026010100 "));
  ASSERT_TRUE(Publish(Creation()));
  EXPECT_THAT(Text(), HasSubstr("SOA ns host 2026010100 "));
  ASSERT_TRUE(Publish(Creation("s2.x.dkim.example.net")));
  EXPECT_THAT(Text(), HasSubstr("SOA ns host 2026010101 "));
  EXPECT_EQ(reloads_, 3);
}

TEST_F(ZonefilePublisherTest, NameServersTakeTheWholeZone) {
  UseHeader(kHeader);
  ASSERT_TRUE(Publish(Creation()));
  if (!std::filesystem::exists("/usr/bin/named-checkzone")) GTEST_SKIP() << "no named-checkzone";
  const auto checked = RunProgram({"/usr/bin/named-checkzone", options_.zone, options_.file});
  EXPECT_EQ(checked.exit_status, 0) << checked.output;
  EXPECT_THAT(checked.output, HasSubstr("loaded serial 2026010100"));
}

TEST_F(ZonefilePublisherTest, ReloadThatFailedIsRunAgain) {
  reload_.failure = "exit status 1";
  const auto published = Publish(Creation());
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().reason, reason::kPublisherAway);
  EXPECT_THAT(published.error().message, HasSubstr("/sbin/reload failed (exit status 1)"));
  reload_.failure.clear();
  EXPECT_TRUE(Publish(Creation()));
  EXPECT_EQ(reloads_, 2);
}

TEST_F(ZonefilePublisherTest, EverybodyCanReadItAndNothingIsLeftBeside) {
  ASSERT_TRUE(Publish(Creation()));
  struct stat status{};
  ASSERT_EQ(::stat(options_.file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0644U);
  EXPECT_FALSE(std::filesystem::exists(options_.file + ".new"));
}

TEST_F(ZonefilePublisherTest, LinesOfOthersAreAnErrorAndStay) {
  ASSERT_TRUE(Publish(Creation()));
  const std::string edited = Text() + "www.dkim.example.net. 300 IN A 192.0.2.1\n";
  std::ofstream(options_.file) << edited;
  const auto published = Publish(Creation("s2.x.dkim.example.net"));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().reason, reason::kPublishRefused);
  EXPECT_THAT(published.error().message, HasSubstr("line 3 was not written by dkimkeeperd"));
  EXPECT_EQ(Text(), edited);
}

TEST_F(ZonefilePublisherTest, NameOutsideTheZoneIsRefused) {
  const auto published = Publish(Creation("s1.x.notdkim.example.net"));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().reason, reason::kPublishRefused);
  EXPECT_FALSE(std::filesystem::exists(options_.file));
}

TEST_F(ZonefilePublisherTest, DirectoryThatCannotBeWrittenIsAway) {
  options_.file = (dir_.path() / "none" / "zone").string();
  const auto published = Publish(Creation());
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, Code::kUnavailable);
  EXPECT_THAT(published.error().message, HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace dkimkeeper
