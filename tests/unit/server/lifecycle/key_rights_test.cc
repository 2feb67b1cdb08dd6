// PERMISSION_DENIED before NOT_FOUND: which right each act needs, and what is told without it.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "server/lifecycle/key_decisions.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::IdentityOf;
using sample::KeyOf;
using sample::Minute;
using sample::SelectorOf;
using sample::SenderOf;

const Timestamp kNow = Minute(60);
const Policy kPolicy{.allow_activation_without_dns_proof = true};

using Act = std::function<Result<Decision>(const View&, const Identity&, const KeyRequest&)>;

struct Row {
  const char* name;
  Verb verb;  // what the act needs
  Act act;
};

const std::vector<Row>& Acts() {
  static const std::vector<Row> acts{
      {"activate", Verb::kRotate,
       [](const View& view, const Identity& caller, const KeyRequest& request) {
         return DecideActivate(view, caller, request, "moved", kTokens, kPolicy, kNow);
       }},
      {"retire", Verb::kRotate,
       [](const View& view, const Identity& caller, const KeyRequest& request) {
         return DecideRetire(view, caller, request, kNow);
       }},
      {"revoke", Verb::kRotate,
       [](const View& view, const Identity& caller, const KeyRequest& request) {
         return DecideRevoke(view, caller, request, {.compromised = true}, kPolicy, kTokens, kNow);
       }},
      {"destroy", Verb::kAdminister,
       [](const View& view, const Identity& caller, const KeyRequest& request) {
         return DecideDestroy(view, caller, request, kNow);
       }},
  };
  return acts;
}

class KeyRights : public testing::TestWithParam<Row> {
 protected:
  KeyRights() {
    for (const Verb verb : {Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister}) {
      if (verb != GetParam().verb) picture_.Grants("unix:other-verbs", verb, "example.com", "*");
    }
    picture_.Grants("unix:newsletter", GetParam().verb, "example.com", "newsletter");
    picture_.Grants("unix:all-senders", GetParam().verb, "example.com", "*");
    picture_.Grants("unix:parent", GetParam().verb, "com.example", "*");
    picture_.Grants("unix:child", GetParam().verb, "mail.example.com", "*");
  }

  std::string Reason(std::string_view caller, std::string_view domain, std::string_view selector) {
    return ReasonOf(GetParam().act(picture_.Get(), IdentityOf(caller),
                                   {DomainOf(domain), SelectorOf(selector)}));
  }

  Picture picture_ = Picture().With("example.com", {"newsletter"}).With(KeyOf("example.com", "s1"));
};

TEST_P(KeyRights, AnotherVerbIsNoRight) {
  EXPECT_EQ(Reason("unix:other-verbs", "example.com", "s1"), "NO_GRANT");
  EXPECT_EQ(Reason("unix:other-verbs", "example.com", "none"), "NO_GRANT");
}

TEST_P(KeyRights, AnotherSenderIsNoRight) {
  EXPECT_EQ(Reason("unix:newsletter", "example.com", "s1"), "NO_GRANT");
}

TEST_P(KeyRights, ParentAndSubDomainAreNoRight) {
  EXPECT_EQ(Reason("unix:parent", "example.com", "s1"), "NO_GRANT");
  EXPECT_EQ(Reason("unix:child", "example.com", "s1"), "NO_GRANT");
}

TEST_P(KeyRights, WhoMayIsToldThatThereIsNone) {
  EXPECT_EQ(Reason("unix:all-senders", "example.com", "none"), "KEY_UNKNOWN");
  EXPECT_EQ(Reason("unix:newsletter", "example.com", "none"), "KEY_UNKNOWN");
  EXPECT_EQ(Reason("unix:admin", "nowhere.example", "none"), "KEY_UNKNOWN");
}

TEST_P(KeyRights, WhoMayGetsBeyondTheRights) {
  EXPECT_NE(Reason("unix:all-senders", "example.com", "s1"), "NO_GRANT");
}

INSTANTIATE_TEST_SUITE_P(Acts, KeyRights, testing::ValuesIn(Acts()),
                         [](const auto& row) { return std::string(row.param.name); });

// The acts that bring a key in: rights first, then domain, then sender.
class AdmissionRights : public testing::Test {
 protected:
  std::string Generate(std::string_view caller, std::string_view domain, std::string_view sender) {
    const Birth birth{KeyId::Random(), {{"main"}}, [] { return std::string("new"); }};
    return ReasonOf(
        DecideGenerate(picture_.Get(), IdentityOf(caller),
                       {.domain = DomainOf(domain), .sender = SenderOf(sender), .selector = "?"},
                       birth, kPolicy, kNow));
  }
  std::string Adopt(std::string_view caller, std::string_view domain, std::string_view sender) {
    const TokenKey found{.id = KeyId::Random(), .label = "x", .public_key = {}, .attributes = {}};
    return ReasonOf(DecideAdopt(picture_.Get(), IdentityOf(caller),
                                {.domain = DomainOf(domain),
                                 .sender = SenderOf(sender),
                                 .selector = "?",
                                 .token_key_id = found.id},
                                found, kTokens.front(), kNow));
  }

  Picture picture_ = Picture()
                         .With("example.com", {"newsletter"})
                         .Grants("unix:rotator", Verb::kRotate, "example.com", "newsletter")
                         .Grants("unix:keeper", Verb::kAdminister, "example.com", "newsletter");
};

TEST_F(AdmissionRights, GenerateNeedsRotate) {
  EXPECT_EQ(Generate("unix:stranger", "example.com", "newsletter"), "NO_GRANT");
  EXPECT_EQ(Generate("unix:keeper", "example.com", "newsletter"), "NO_GRANT");
  EXPECT_EQ(Generate("unix:rotator", "example.com", "default"), "NO_GRANT");
  EXPECT_EQ(Generate("unix:rotator", "example.com", "newsletter"), "BAD_SELECTOR");
}

TEST_F(AdmissionRights, AdoptNeedsAdminister) {
  EXPECT_EQ(Adopt("unix:stranger", "example.com", "newsletter"), "NO_GRANT");
  EXPECT_EQ(Adopt("unix:rotator", "example.com", "newsletter"), "NO_GRANT");
  EXPECT_EQ(Adopt("unix:keeper", "example.com", "default"), "NO_GRANT");
  EXPECT_EQ(Adopt("unix:keeper", "example.com", "newsletter"), "BAD_SELECTOR");
}

TEST_F(AdmissionRights, OnlyWhoMayIsToldWhatExists) {
  EXPECT_EQ(Generate("unix:rotator", "nowhere.example", "default"), "NO_GRANT");
  EXPECT_EQ(Generate("unix:stranger", "example.com", "none"), "NO_GRANT");
  EXPECT_EQ(Generate("unix:admin", "nowhere.example", "default"), "DOMAIN_UNKNOWN");
  EXPECT_EQ(Generate("unix:admin", "example.com", "none"), "SENDER_UNKNOWN");
  EXPECT_EQ(Adopt("unix:keeper", "nowhere.example", "default"), "NO_GRANT");
  EXPECT_EQ(Adopt("unix:stranger", "example.com", "none"), "NO_GRANT");
  EXPECT_EQ(Adopt("unix:admin", "nowhere.example", "default"), "DOMAIN_UNKNOWN");
  EXPECT_EQ(Adopt("unix:admin", "example.com", "none"), "SENDER_UNKNOWN");
}

}  // namespace
}  // namespace dkimkeeper
