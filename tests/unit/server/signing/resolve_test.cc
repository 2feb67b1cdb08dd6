// From a request to its key: who may, which key, or why not.
#include "server/signing/resolve.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::DomainOf;
using sample::IdentityOf;
using sample::KeyOf;
using sample::Minute;
using sample::ScopeOf;
using sample::SelectorOf;
using sample::SenderOf;

// example.com: `now` is ACTIVE, `before` hands over until minute 60, `next` waits; the sender
// "news" has `news`. Minute 30 is now unless a row says otherwise.
std::vector<std::shared_ptr<const Key>> Keys() {
  Key before = ActiveKeyOf("example.com", "before");
  before.retired_at = Minute(0);
  before.signs_until = Minute(60);
  Key revoked = ActiveKeyOf("example.com", "revoked");
  revoked.revoked_at = Minute(0);
  Key compromised = revoked;
  compromised.selector = SelectorOf("compromised");
  compromised.compromised = true;
  Key destroyed = revoked;
  destroyed.selector = SelectorOf("destroyed");
  destroyed.destroyed_at = Minute(0);
  Key quarantined = ActiveKeyOf("example.com", "quarantined");
  quarantined.sender = SenderOf("hit");
  quarantined.quarantined_at = Minute(0);
  Key intent = KeyOf("example.com", "intent");
  intent.public_key.reset();
  Key news = ActiveKeyOf("example.com", "news");
  news.sender = SenderOf("news");
  Key idle = KeyOf("example.com", "idle");
  idle.sender = SenderOf("idle");
  std::vector<std::shared_ptr<const Key>> keys;
  for (const Key& key : {ActiveKeyOf("example.com", "now"), KeyOf("example.com", "next"), before,
                         revoked, compromised, destroyed, quarantined, intent, news, idle}) {
    keys.push_back(std::make_shared<const Key>(key));
  }
  return keys;
}

AccessRules Rules() {
  const auto grant = [](std::string_view who, Verb verb, std::string_view domain,
                        std::string_view sender) {
    return Grant{IdentityOf(who), verb, ScopeOf(domain, sender)};
  };
  return AccessRules(std::set<Grant>{grant("unix:mta", Verb::kSign, "example.com", "*"),
                                     grant("unix:default", Verb::kSign, "example.com", "default"),
                                     grant("unix:news", Verb::kSign, "example.com", "news"),
                                     grant("unix:everywhere", Verb::kSign, "*", ""),
                                     grant("unix:parent", Verb::kSign, "com.example", "*"),
                                     grant("unix:child", Verb::kSign, "mail.example.com", "*"),
                                     grant("unix:rotator", Verb::kRotate, "example.com", "*"),
                                     grant("unix:admin", Verb::kAdminister, "*", "")},
                     {});
}

struct Row {
  const char* name;
  const char* caller;
  const char* sender;  // "": none named
  const char* selector;
  const char* reason;  // "": it signs
  const char* current = "";
  int minute = 30;
  const char* domain = "example.com";
  Algorithm algorithm = Algorithm::kRsaSha256;
};

class Resolving : public testing::TestWithParam<Row> {};

TEST_P(Resolving, Answers) {
  const Row& row = GetParam();
  const std::string sender = row.sender;
  const SignRequest request{.domain = DomainOf(row.domain),
                            .sender = sender.empty() ? std::optional<Sender>() : SenderOf(sender),
                            .selector = SelectorOf(row.selector),
                            .algorithm = row.algorithm,
                            .digest = Sha256Digest({}),
                            .note = "queue 7"};
  const auto order =
      Resolve(Rules(), Keyring(Keys()), IdentityOf(row.caller), request, Minute(row.minute));
  EXPECT_EQ(order ? "" : order.error().reason, row.reason);
  if (order) {
    EXPECT_EQ(order->key->selector.str(), row.selector);
    EXPECT_EQ(order->authorized.identity().str(), row.caller);
    EXPECT_EQ(order->authorized.verb(), Verb::kSign);
    EXPECT_EQ(order->note, "queue 7");
  } else {
    EXPECT_EQ(order.error().current_selector, row.current);
  }
}

constexpr auto kEd25519 = Algorithm::kEd25519Sha256;
INSTANTIATE_TEST_SUITE_P(
    Rows, Resolving,
    testing::ValuesIn(std::vector<Row>{
        {"active", "unix:mta", "", "now", ""},
        {"active_of_a_named_sender", "unix:mta", "default", "now", ""},
        {"exact_grant", "unix:default", "", "now", ""},
        {"grant_everywhere", "unix:everywhere", "", "news", ""},
        {"inside_the_hand_over_window", "unix:mta", "", "before", ""},
        {"at_its_end", "unix:mta", "", "before", "SELECTOR_NOT_ACTIVE", "now", 60},
        {"long_after_it", "unix:mta", "", "before", "SELECTOR_NOT_ACTIVE", "now", 9000},
        {"not_active_yet", "unix:mta", "", "next", "SELECTOR_NOT_ACTIVE", "now"},
        {"never_made", "unix:mta", "", "intent", "SELECTOR_NOT_ACTIVE", "now"},
        {"revoked", "unix:mta", "", "revoked", "SELECTOR_NOT_ACTIVE", "now"},
        {"compromised", "unix:mta", "", "compromised", "SELECTOR_NOT_ACTIVE", "now"},
        {"destroyed", "unix:mta", "", "destroyed", "SELECTOR_NOT_ACTIVE", "now"},
        {"line_without_an_active_key", "unix:mta", "", "idle", "SELECTOR_NOT_ACTIVE"},
        {"quarantined", "unix:mta", "", "quarantined", "KEY_QUARANTINED"},
        {"wrong_algorithm", "unix:mta", "", "now", "BAD_ALGORITHM", "", 30, "example.com",
         kEd25519},
        {"unknown_selector", "unix:mta", "", "none", "KEY_UNKNOWN"},
        {"foreign_sender_named", "unix:mta", "news", "now", "KEY_UNKNOWN"},
        {"unknown_sender_named", "unix:mta", "nobody", "now", "KEY_UNKNOWN"},
        {"unknown_domain", "unix:everywhere", "", "now", "KEY_UNKNOWN", "", 30, "nowhere.example"},

        {"no_grant", "unix:stranger", "", "now", "NO_GRANT"},
        {"no_grant_and_no_key", "unix:stranger", "", "none", "NO_GRANT"},
        {"no_grant_and_no_domain", "unix:stranger", "", "now", "NO_GRANT", "", 30,
         "nowhere.example"},
        {"no_grant_on_a_stale_selector", "unix:stranger", "", "before", "NO_GRANT", "", 60},
        {"no_grant_with_a_wrong_algorithm", "unix:stranger", "", "now", "NO_GRANT", "", 30,
         "example.com", kEd25519},
        {"grant_of_another_sender", "unix:news", "", "now", "NO_GRANT"},
        {"grant_of_another_sender_than_named", "unix:news", "default", "none", "NO_GRANT"},
        {"own_sender_named_for_a_foreign_key", "unix:news", "news", "now", "KEY_UNKNOWN"},
        {"grant_on_the_parent_domain", "unix:parent", "", "now", "NO_GRANT"},
        {"grant_on_a_sub_domain", "unix:child", "", "now", "NO_GRANT"},
        {"another_verb", "unix:rotator", "", "now", "NO_GRANT"},
        {"administrators_do_not_sign", "unix:admin", "", "now", "NO_GRANT"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Resolve, AStaleSelectorsErrorSaysWhatToDo) {
  const SignRequest request{.domain = DomainOf("example.com"),
                            .sender = {},
                            .selector = SelectorOf("before"),
                            .algorithm = Algorithm::kRsaSha256,
                            .digest = Sha256Digest({}),
                            .note = {}};
  const auto order = Resolve(Rules(), Keyring(Keys()), IdentityOf("unix:mta"), request, Minute(61));
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(order.error().message,
            "selector before of example.com is RETIRING and does not sign; sign with now");
}

TEST(Resolve, ADemandOfHeadersRefusesTheDigest) {
  const Grant grant{IdentityOf("unix:mta"), Verb::kSign, ScopeOf("example.com", "default")};
  const AccessRules rules(std::set<Grant>{grant}, {},
                          std::map<Grant, GrantLimits>{{grant, {.headers_required = true}}});
  SignRequest request{.domain = DomainOf("example.com"),
                      .sender = SenderOf("default"),
                      .selector = SelectorOf("now"),
                      .algorithm = Algorithm::kRsaSha256,
                      .digest = Sha256Digest({}),
                      .note = {}};
  const auto answer = [&](std::string_view selector, SignedBy by) {
    request.selector = SelectorOf(selector);
    request.by = by;
    const auto order = Resolve(rules, Keyring(Keys()), IdentityOf("unix:mta"), request, Minute(30));
    EXPECT_TRUE(!order || order->by == by);
    return order ? "" : order.error().reason;
  };
  EXPECT_EQ(answer("now", SignedBy::kHeaders), "");
  EXPECT_EQ(answer("now", SignedBy::kDigest), "HEADERS_REQUIRED");
  EXPECT_EQ(answer("none", SignedBy::kHeaders), "KEY_UNKNOWN");
  EXPECT_EQ(answer("none", SignedBy::kDigest), "HEADERS_REQUIRED");
}

}  // namespace
}  // namespace dkimkeeper
