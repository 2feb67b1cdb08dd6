#include "server/dns/exec_publisher.h"

#include <gmock/gmock.h>

#include "proto/reason.h"
#include "server/dns/hook_contract.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

RecordChange Change(std::optional<KeyRecord> before, std::optional<KeyRecord> after) {
  return {.domain = Domain::Parse("example.com").value(),
          .selector = Selector::Parse("s1").value(),
          .before = std::move(before),
          .after = std::move(after),
          .ttl = std::chrono::seconds(300)};
}
KeyRecord Revoked() { return {.public_key = std::nullopt}; }

TEST(HookContractTest, OrderIsOneLineOfJson) {
  const std::string name = "s1._domainkey.example.com";
  EXPECT_EQ(RenderHookOrder(Change({}, Revoked()), name),
            R"({"version":1,"action":"create","name":"s1._domainkey.example.com","type":"TXT",)"
            R"("ttl":300,"before":null,"after":{"value":"v=DKIM1; k=rsa; p=",)"
            R"("strings":["v=DKIM1; k=rsa; p="]}})"
            "\n");
  EXPECT_THAT(RenderHookOrder(Change(Revoked(), Revoked()), name), HasSubstr(R"("replace")"));
  EXPECT_THAT(RenderHookOrder(Change(Revoked(), {}), name), HasSubstr(R"("after":null)"));
}

TEST(HookContractTest, MessageIsOnePrintableLine) {
  const auto answer = ParseHookAnswer(R"({"status":"refused","message":"a\nb\u001b[1m","x":[]})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer, (HookAnswer{HookStatus::kRefused, "a b [1m"}));
}

TEST(ExecPublisherTest, EachEndOfAHookIsAPublicationOrAFailedStep) {
  const struct {
    CommandResult result;
    std::string_view reason;  // empty: a publication
    const char* words;
  } rows[] = {
      {{"", R"({"status":"done"})"}, "", ""},
      {{"", R"({"status":"asked","message":"ticket 7"})"}, "", ""},
      {{"", R"({"status":"changed","message":"x"})"}, reason::kRecordChanged, "left it alone: x"},
      {{"", R"({"status":"refused","message":"pay"})"}, reason::kPublishRefused, "refused: pay"},
      {{"", R"({"status":"away"})"}, reason::kPublisherAway, "it is tried again"},
      {{"exit status 1", R"({"status":"done"})"}, reason::kPublisherAway, "exit status 1"},
      {{"killed after 60000 ms", ""}, reason::kPublisherAway, "killed after"},
      {{"", R"({"status":"done"})", true}, reason::kPublishRefused, "more than 64 KiB"},
      {{"", ""}, reason::kPublishRefused, "is no JSON object"},
      {{"", "[]"}, reason::kPublishRefused, "is no JSON object"},
      {{"", "{}"}, reason::kPublishRefused, "has no \"status\""},
      {{"", R"({"status":"ok"})"}, reason::kPublishRefused, "other than done"},
      {{"", R"({"status":"done","message":7})"}, reason::kPublishRefused, "no string"},
  };
  for (const auto& row : rows) {
    ExecPublisher publisher("cloud", {.command = {"/hook"}},
                            [&](std::string_view) { return Result<CommandResult>(row.result); });
    const auto published = publisher.Publish(Change({}, Revoked()));
    ASSERT_EQ(published.has_value(), row.reason.empty()) << row.result.output;
    if (published) continue;
    EXPECT_EQ(published.error().reason, row.reason) << row.result.output;
    EXPECT_THAT(published.error().message, HasSubstr(row.words));
  }
}

}  // namespace
}  // namespace dkimkeeper
