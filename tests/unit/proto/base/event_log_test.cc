#include "proto/base/event_log.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace dkimkeeper {
namespace {

struct Row {
  const char* name;
  std::string value;
  std::string written;
};

class EventValueTest : public testing::TestWithParam<Row> {};

TEST_P(EventValueTest, IsWrittenAs) {
  EXPECT_EQ(RenderEvent("e", {{"v", GetParam().value}}), "event=e v=" + GetParam().written);
}

INSTANTIATE_TEST_SUITE_P(
    Values, EventValueTest,
    testing::Values(Row{"Domain", "mail.example.com", "mail.example.com"},
                    Row{"Identity", "uri:spiffe://a/b", "uri:spiffe://a/b"},
                    Row{"Empty", "", "\"\""}, Row{"Space", "a b", "\"a b\""},
                    Row{"EqualsSign", "a=b", "\"a=b\""}, Row{"Quote", "a\"b", "\"a\\\"b\""},
                    Row{"Backslash", "a\\nb", "\"a\\\\nb\""},
                    Row{"ForgedLine", "x\nevent=key.destroyed", "\"x\\nevent=key.destroyed\""},
                    Row{"CarriageReturn", "a\rb", "\"a\\rb\""}, Row{"Tab", "a\tb", "\"a\\tb\""},
                    Row{"TerminalEscape", "\x1b[2J", "\"\\x1b[2J\""},
                    Row{"Nul", std::string("a\0b", 3), "\"a\\x00b\""},
                    Row{"Delete", "\x7f", "\"\\x7f\""},
                    Row{"RightToLeftOverride", "\xe2\x80\xae", "\"\\xe2\\x80\\xae\""},
                    Row{"NotUtf8", "\xff", "\"\\xff\""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(EventLogTest, FieldsOfEachType) {
  EXPECT_EQ(RenderEvent("key.activated", {{"domain", std::string("example.com")},
                                          {"selector", "s1"},
                                          {"count", -3},
                                          {"bytes", std::uint64_t{18446744073709551615ULL}},
                                          {"isolated", true}}),
            "event=key.activated domain=example.com selector=s1 count=-3 "
            "bytes=18446744073709551615 isolated=true");
}

TEST(EventLogTest, LongValueIsCutAndMarked) {
  const std::string longest(kMaxEventValueBytes, 'a');
  EXPECT_EQ(RenderEvent("e", {{"v", longest}}), "event=e v=" + longest);
  EXPECT_EQ(RenderEvent("e", {{"v", longest + "b"}}), "event=e v=" + longest + "...");
  EXPECT_EQ(RenderEvent("e", {{"v", std::string(longest.size(), ' ') + "b"}}),
            "event=e v=\"" + std::string(longest.size(), ' ') + "...\"");
}

TEST(EventLogTest, SinkGetsSeverityAndLine) {
  std::vector<std::pair<Severity, std::string>> lines;
  EventLog log(
      [&lines](Severity severity, std::string_view line) { lines.emplace_back(severity, line); });
  log.Info("server.started");
  log.Warning("w", {{"a", 1}});
  log.Error("x", {});
  EXPECT_THAT(lines, testing::ElementsAre(
                         testing::Pair(Severity::kInfo, std::string("event=server.started")),
                         testing::Pair(Severity::kWarning, std::string("event=w a=1")),
                         testing::Pair(Severity::kError, std::string("event=x"))));
}

TEST(EventLogTest, FailingSinkDoesNotThrow) {
  int calls = 0;
  EventLog log([&calls](Severity, std::string_view) {
    ++calls;
    throw std::runtime_error("disk full");
  });
  log.Info("e");
  EXPECT_EQ(calls, 1);
}

TEST(EventLogTest, StandardErrorLineHasTimeAndLevel) {
  EventLog log = EventLog::ToStandardError();
  testing::internal::CaptureStderr();
  log.Warning("store.slow", {{"note", "100% {} done"}});
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::MatchesRegex("time=[0-9-]+T[0-9:]+\\.[0-9]+Z level=warning "
                                    "event=store\\.slow note=\"100% \\{\\} done\"\n"));
}

}  // namespace
}  // namespace dkimkeeper
