// Publishers by name, behind CNAMEs, and by hand.
#include "server/dns/configured_publishers.h"

#include <gmock/gmock.h>

#include "proto/reason.h"
#include "server/dns/cname_publisher.h"
#include "server/dns/delegation.h"
#include "server/dns/record_instructions.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/memory_publisher.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Selector SelectorOf(const std::string& text) { return Selector::Parse(text).value(); }

RecordChange Creation() {
  return {.domain = Domain::Parse("example.com").value(),
          .selector = SelectorOf("s1"),
          .before = {},
          .after = KeyRecord{.public_key = std::nullopt},
          .ttl = std::chrono::seconds(300),
          .delegation_label = "x7k2"};
}

TEST(ConfiguredPublishersTest, FoundByNameAndByHandWithout) {
  const std::vector<PublisherOptions> options = {
      {"customers", CnameOptions{.through = "zone", .zone = "dkim.example.net"}},
      {"zone", ZonefileOptions{.file = "/z", .zone = "dkim.example.net", .header_file = "/h"}}};
  const ManualClock clock;
  EXPECT_TRUE(CommandsOf(options).empty());
  const auto made = ConfiguredPublishers::Make(options, nullptr, clock);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE((*made)->Find("customers"));
  EXPECT_TRUE((*made)->Find("zone"));
  EXPECT_EQ((*made)->Find("").value()->Publish(Creation()), Publication::kAsked);
  const auto unknown = (*made)->Find("ns");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().reason, reason::kPublisherUnknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("customers, zone"));
}

TEST(ConfiguredPublishersTest, TheirCommands) {
  const std::vector<PublisherOptions> options = {
      {"a", ExecOptions{.command = {"/hook"}}},
      {"b",
       ZonefileOptions{.file = "/z", .zone = "a.example", .header_file = "", .reload = {"/r"}}}};
  EXPECT_THAT(CommandsOf(options), ElementsAre(Command{{"/hook"}, std::chrono::seconds(60)},
                                               Command{{"/r"}, std::chrono::seconds(30)}));
}

TEST(ConfiguredPublishersTest, NamesThatDoNotFitAreRefused) {
  const ManualClock clock;
  const ZonefileOptions zone{.file = "/z", .zone = "a.example", .header_file = "/h"};
  const std::vector<PublisherOptions> rows[] = {
      {{"a", zone}, {"a", zone}},
      {{"a", zone}, {"a", CnameOptions{"a", "a.example"}}},
      {{"a", CnameOptions{"b", "a.example"}}},
      {{"a", zone}, {"b", CnameOptions{"a", "a"}}, {"c", CnameOptions{"b", "a"}}},
  };
  for (const auto& options : rows) {
    const auto made = ConfiguredPublishers::Make(options, nullptr, clock);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().reason, "BAD_CONFIG");
  }
}

TEST(CnamePublisherTest, WritesBelowTheLabelOfTheRegistration) {
  MemoryPublisher below;
  CnamePublisher publisher("dkim.example.net", below);
  EXPECT_EQ(publisher.Publish(Creation()), Publication::kDone);
  EXPECT_EQ(below.At("s1.x7k2.dkim.example.net").txt.size(), 1U);
  EXPECT_EQ(below.All().size(), 1U);
}

TEST(CnamePublisherTest, WithoutALabelNothingIsWritten) {
  MemoryPublisher below;
  CnamePublisher publisher("dkim.example.net", below);
  for (const std::string& label : {std::string(), std::string(64, 'a'), std::string("a.b")}) {
    RecordChange change = Creation();
    change.delegation_label = label;
    const auto published = publisher.Publish(change);
    ASSERT_FALSE(published) << label;
    EXPECT_EQ(published.error().reason, reason::kPublishRefused);
  }
  EXPECT_TRUE(below.Changes().empty());
}

TEST(DelegationTest, OneCnameForEachSelector) {
  const std::vector<Selector> selectors = {SelectorOf("s1"), SelectorOf("s2.eu")};
  const auto delegations =
      DelegationsOf(Domain::Parse("example.com").value(), selectors, "x7k2", "dkim.example.net");
  ASSERT_TRUE(delegations);
  EXPECT_THAT(
      *delegations,
      ElementsAre(Delegation{"s1._domainkey.example.com", "s1.x7k2.dkim.example.net"},
                  Delegation{"s2.eu._domainkey.example.com", "s2.eu.x7k2.dkim.example.net"}));
  EXPECT_EQ(RenderCnameLine(delegations->front(), 3600),
            "s1._domainkey.example.com. 3600 IN CNAME s1.x7k2.dkim.example.net.");
}

TEST(DelegationTest, NameOf253OctetsIsTheLongest) {
  const std::string label(60, 'a');
  std::string long_zone = label + "." + label + "." + label + "." + std::string(60, 'b');
  long_zone.resize(253 - std::string("s1.x.").size());
  EXPECT_EQ(DelegationTarget(SelectorOf("s1"), "x", long_zone)->size(), 253U);
  const auto longer = DelegationTarget(SelectorOf("s12"), "x", long_zone);
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().reason, reason::kBadSelector);
  EXPECT_THAT(longer.error().message, HasSubstr("254 octets"));
}

TEST(RecordInstructionsTest, NameValueLineAndCname) {
  RecordChange change = Creation();
  auto instruction = RecordInstructions(change);
  ASSERT_TRUE(instruction);
  EXPECT_EQ(*instruction,
            (RecordInstruction{
                "create a TXT record at s1._domainkey.example.com, where nothing else may stand",
                "s1._domainkey.example.com", "v=DKIM1; k=rsa; p=",
                "s1._domainkey.example.com. 300 IN TXT \"v=DKIM1; k=rsa; p=\"", ""}));
  change.target = "s1.x7k2.dkim.example.net";
  std::swap(change.before, change.after);
  EXPECT_EQ(RecordInstructions(change),
            (RecordInstruction{
                "remove the TXT record at s1.x7k2.dkim.example.net", "s1.x7k2.dkim.example.net", "",
                "", "s1._domainkey.example.com. 300 IN CNAME s1.x7k2.dkim.example.net."}));
}

}  // namespace
}  // namespace dkimkeeper
