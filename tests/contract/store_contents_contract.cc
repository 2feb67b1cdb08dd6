// What every KeyStore promises about what it keeps.
#include <chrono>
#include <cstdint>
#include <limits>
#include <set>

#include "tests/contract/store_contract.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::IdentityOf;
using sample::KeyOf;
using sample::Minute;
using sample::ScopeOf;
using sample::SelectorOf;
using sample::SenderOf;

TEST_P(StoreContract, BeginsEmptyAtGenerationZero) {
  const Contents contents = Loaded();
  EXPECT_EQ(contents.generation, 0U);
  ExpectEmpty(contents);
  EXPECT_EQ(store_->Generation(), 0U);
  EXPECT_EQ(Recorded({.caller = "dns:a.example", .id = "1"}), std::nullopt);
}

TEST_P(StoreContract, EachCommitGrowsTheGenerationByOne) {
  EXPECT_EQ(Commit({PutDomain{EntryOf("example.com")}}), 1U);
  EXPECT_EQ(Commit({}), 2U);
  EXPECT_EQ(store_->Generation(), 2U);
  EXPECT_EQ(Reloaded().generation, 2U);
}

TEST_P(StoreContract, DomainRoundTripsWithEveryField) {
  DomainEntry plain = EntryOf("example.com");
  DomainEntry full{.domain = DomainOf("xn--bcher-kva.example"),
                   .allow_underscore = true,
                   .fail_policy = FailPolicy::kUnsigned,
                   .senders = {Sender::Default(), SenderOf("newsletter"), SenderOf("crm-2")},
                   .created_at = Minute(7) + std::chrono::milliseconds(123)};
  Commit({PutDomain{plain}, PutDomain{full}});
  EXPECT_THAT(DomainsIn(Reloaded()), testing::ElementsAre(plain, full));
}

DomainEntry RotatingEntry() {
  DomainEntry entry = EntryOf("example.com");
  entry.senders.insert(SenderOf("crm"));
  entry.policy = {{"drain", "7d"}, {"selector_template", "{date}; 'höchst' \"geheim\""}};
  entry.sender_policies[SenderOf("crm")] = {{"drain", "1d"}, {"standby", ""}};
  entry.paused_at = Minute(1);
  entry.waits_from = Minute(2);
  entry.removing_at = Minute(3);
  entry.removing_senders = {{SenderOf("crm"), Minute(4)}};
  entry.delegation_label = "k7w2";
  return entry;
}

TEST_P(StoreContract, RotationOfADomainRoundTripsAndIsReplaced) {
  DomainEntry entry = RotatingEntry();
  Commit({PutDomain{entry}});
  EXPECT_THAT(DomainsIn(Reloaded()), testing::ElementsAre(entry));
  entry.policy.erase("drain");
  entry.policy["selector_template"] = "{random}";
  entry.sender_policies.clear();
  entry.paused_at.reset();
  entry.removing_senders.clear();
  Commit({PutDomain{entry}});
  EXPECT_THAT(DomainsIn(Reloaded()), testing::ElementsAre(entry));
}

TEST_P(StoreContract, RemovedDomainLeavesNoPolicyBehind) {
  Commit({PutDomain{RotatingEntry()}});
  Commit({RemoveDomain{DomainOf("example.com")}, PutDomain{EntryOf("example.com")}});
  EXPECT_THAT(DomainsIn(Reloaded()), testing::ElementsAre(EntryOf("example.com")));
}

TEST_P(StoreContract, WaitsFromRoundTrips) {
  EXPECT_EQ(Reloaded().waits_from, std::nullopt);
  Commit({PutWaitsFrom{Minute(5)}});
  EXPECT_EQ(Reloaded().waits_from, std::optional(Minute(5)));
  Commit({PutWaitsFrom{Minute(4)}});
  EXPECT_EQ(Reloaded().waits_from, std::optional(Minute(4)));
}

TEST_P(StoreContract, ReservedSelectorsRoundTripAndOutliveTheirDomain) {
  const KeyName name{DomainOf("example.com"), SelectorOf("s_1.x")};
  Commit({PutDomain{EntryOf("example.com")}, ReserveSelector{name}, ReserveSelector{name}});
  Commit({RemoveDomain{DomainOf("example.com")}});
  EXPECT_THAT(Reloaded().reserved_selectors, testing::ElementsAre(name));
  Commit({PutKey{KeyOf("example.com", "s_1.x")}});
  EXPECT_THAT(Reloaded().reserved_selectors, testing::IsEmpty()) << "a row tells of it";
}

TEST_P(StoreContract, PuttingADomainAgainReplacesItAndItsSenders) {
  DomainEntry entry = EntryOf("example.com");
  entry.senders.insert(SenderOf("newsletter"));
  Commit({PutDomain{entry}, PutGrant{SignGrant("example.com", "default")}});
  entry.senders = {Sender::Default(), SenderOf("crm")};
  entry.allow_underscore = true;
  Commit({PutDomain{entry}});
  const Contents contents = Reloaded();
  EXPECT_THAT(DomainsIn(contents), testing::ElementsAre(entry));
  EXPECT_EQ(contents.grants.size(), 1U);
}

TEST_P(StoreContract, PlacementsRoundTripAndGoWithTheirSender) {
  DomainEntry entry = EntryOf("example.com");
  entry.senders.insert(SenderOf("crm"));
  entry.placement = {.token = "höchst; 'sicher'", .standby_token = "cold"};
  entry.sender_placements[SenderOf("crm")] = {.token = "cloud", .standby_token = ""};
  Commit({PutDomain{entry}});
  EXPECT_THAT(DomainsIn(Reloaded()), testing::ElementsAre(entry));
  entry.sender_placements.clear();
  entry.placement.standby_token.clear();
  Commit({PutDomain{entry}});
  EXPECT_THAT(DomainsIn(Reloaded()), testing::ElementsAre(entry));
}

TEST_P(StoreContract, TokensRoundTripAndAreReplaced) {
  const TokenRecord bare{.name = "a"};
  const TokenRecord full{.name = "b", .backed_up_at = Minute(1), .compromised_at = Minute(2)};
  Commit({PutToken{bare}, PutToken{full}});
  EXPECT_THAT(Reloaded().tokens,
              testing::ElementsAre(testing::Pair("a", bare), testing::Pair("b", full)));
  const TokenRecord again{.name = "b", .backed_up_at = Minute(3)};
  Commit({PutToken{again}});
  EXPECT_EQ(Reloaded().tokens.at("b"), again);
}

TEST_P(StoreContract, RemovedDomainTakesItsGrantsAndLeavesItsKeys) {
  Commit({PutDomain{EntryOf("example.com")}, PutDomain{EntryOf("example.org")},
          PutKey{KeyOf("example.com", "s1")}, PutGrant{SignGrant("example.com", "default")},
          PutGrant{SignGrant("example.com", "*")}, PutGrant{SignGrant("example.org", "*")},
          PutGrant{SignGrant("mail.example.com", "*")}, PutGrant{SignGrant("*", "*")}});
  Commit({RemoveDomain{DomainOf("example.com")}});
  const Contents contents = Reloaded();
  EXPECT_THAT(DomainsIn(contents), testing::ElementsAre(EntryOf("example.org")));
  EXPECT_THAT(KeysIn(contents), testing::ElementsAre(KeyOf("example.com", "s1")));
  EXPECT_THAT(contents.grants,
              testing::UnorderedElementsAre(SignGrant("example.org", "*"), SignGrant("*", "*"),
                                            SignGrant("mail.example.com", "*")));
}

TEST_P(StoreContract, KeyRoundTripsAsIntentWithoutPublicKey) {
  Key intent = KeyOf("example.com", "s1");
  intent.public_key.reset();
  Commit({PutKey{intent}});
  EXPECT_THAT(KeysIn(Reloaded()), testing::ElementsAre(intent));
}

Key FullKey() {
  Key key = KeyOf("example.com", "s_2.mail");
  key.sender = SenderOf("newsletter");
  key.algorithm = Algorithm::kEd25519Sha256;
  key.rsa_bits = 0;
  key.origin = KeyOrigin::kImported;
  key.id = KeyId::FromHex("00ff10").value();
  key.token = "höchst sicher; 'DROP TABLE keys'";
  key.public_key = PublicKey{Algorithm::kEd25519Sha256, std::string("\0\xff\x80 31 bytes", 12)};
  key.lacks = {"CKA_LOCAL is false", "CKA_ALWAYS_SENSITIVE is false", "CKA_LOCAL is false"};
  key.created_at = FromMilliseconds(-1);  // before 1970: a time is any number
  key.published_at = Minute(1);
  key.activated_at = Minute(2);
  key.retired_at = Minute(3);
  key.signs_until = Minute(4);
  key.revoked_at = Minute(5);
  key.destroying_at = Minute(6);
  key.destroyed_at = Minute(7);
  key.quarantined_at = FromMilliseconds(std::numeric_limits<std::int64_t>::max());
  key.compromised = true;
  key.override_reason = "moved in a hurry: \"no\nproof\"";
  key.override_by = "uri:spiffe://example.com/ops";
  key.publisher = "zone";
  key.shown = {.begun_at = Minute(8), .asked_at = Minute(9), .proven_at = Minute(10)};
  key.withdrawn = {.begun_at = Minute(11), .asked_at = Minute(12), .proven_at = Minute(13)};
  key.removed = {.begun_at = Minute(14), .asked_at = Minute(15), .proven_at = Minute(16)};
  key.record_foreign = true;
  key.usable_from = Minute(17);
  key.proof_renewed_at = Minute(18);
  key.record_lost_at = Minute(19);
  key.rotate_at = Minute(20);
  key.stop_generation = std::numeric_limits<std::int64_t>::max();
  key.stopped_at = Minute(21);
  key.handed_over_at = Minute(22);
  key.destroy_now = true;
  return key;
}

TEST_P(StoreContract, KeyRoundTripsWithEveryFieldSet) {
  Commit({PutKey{FullKey()}});
  EXPECT_THAT(KeysIn(Reloaded()), testing::ElementsAre(FullKey()));
}

TEST_P(StoreContract, KeyRoundTripsWithEachOptionalTimeAlone) {
  for (const auto field :
       {&Key::published_at, &Key::activated_at, &Key::retired_at, &Key::signs_until,
        &Key::revoked_at, &Key::destroying_at, &Key::destroyed_at, &Key::quarantined_at,
        &Key::usable_from, &Key::proof_renewed_at, &Key::record_lost_at, &Key::rotate_at,
        &Key::stopped_at, &Key::handed_over_at}) {
    Key key = KeyOf("example.com", "s1");
    key.*field = Minute(9);
    Commit({PutKey{key}});
    EXPECT_THAT(KeysIn(Loaded()), testing::ElementsAre(key));
  }
}

TEST_P(StoreContract, KeyRoundTripsWithEachStageOfItsRecordAlone) {
  for (const auto stage : {&Key::shown, &Key::withdrawn, &Key::removed}) {
    for (const auto time :
         {&RecordStage::begun_at, &RecordStage::asked_at, &RecordStage::proven_at}) {
      Key key = KeyOf("example.com", "s1");
      key.*stage.*time = Minute(9);
      Commit({PutKey{key}});
      EXPECT_THAT(KeysIn(Loaded()), testing::ElementsAre(key));
    }
  }
}

// Keys of one selector from a pool, one after the other.
Key PoolKey(const char* id, int minutes) {
  Key key = KeyOf("example.com", "pool1");
  key.id = KeyId::FromHex(id).value();
  key.created_at = Minute(minutes);
  key.lacks = {std::string("of ") + id, "and more"};
  return key;
}

TEST_P(StoreContract, KeyWhoseSelectorIsUsedAnewBecomesAFormerOne) {
  Key first = PoolKey("aa", 1);
  Key second = PoolKey("02", 2);
  const Key third = PoolKey("ff", 3);
  Commit({PutKey{first}, PutKey{KeyOf("example.org", "pool1")}});
  first.destroyed_at = Minute(5);
  Commit({PutKey{first}});
  EXPECT_TRUE(Reloaded().former_keys.empty()) << "its selector is not used anew yet";
  Commit({PutKey{second}});
  second.destroyed_at = Minute(6);
  Commit({PutKey{second}, PutKey{third}});
  for (const Contents& contents : {Loaded(), Reloaded()}) {
    EXPECT_THAT(KeysIn(contents), testing::ElementsAre(third, KeyOf("example.org", "pool1")));
    std::vector<Key> former;
    for (const auto& [name, key] : contents.former_keys) {
      EXPECT_EQ(name, KeyName(first.domain, first.selector));
      former.push_back(*key);
    }
    EXPECT_THAT(former, testing::UnorderedElementsAre(first, second));
  }
}

TEST_P(StoreContract, KeyThatIsNotDestroyedIsReplacedAndNoFormerOne) {
  Commit({PutKey{PoolKey("aa", 1)}});
  Commit({PutKey{PoolKey("02", 2)}});
  Key destroyed = PoolKey("02", 2);
  destroyed.destroyed_at = Minute(3);
  Commit({PutKey{destroyed}});
  Commit({PutKey{destroyed}});  // the same one again
  const Contents contents = Reloaded();
  EXPECT_TRUE(contents.former_keys.empty());
  EXPECT_THAT(KeysIn(contents), testing::ElementsAre(destroyed));
}

TEST_P(StoreContract, PuttingAKeyAgainReplacesItAndWhatItLacks) {
  Key key = FullKey();
  Commit({PutKey{key}});
  key.lacks = {"CKA_SENSITIVE is false"};
  key.published_at.reset();
  key.public_key.reset();
  key.override_reason.clear();
  Commit({PutKey{key}});
  EXPECT_THAT(KeysIn(Reloaded()), testing::ElementsAre(key));
}

TEST_P(StoreContract, KeysOfOneSelectorInTwoDomainsAreTwo) {
  Commit({PutKey{KeyOf("example.org", "s1")}, PutKey{KeyOf("example.com", "s1")},
          PutKey{KeyOf("example.com", "s2")}});
  EXPECT_THAT(KeysIn(Reloaded()),
              testing::ElementsAre(KeyOf("example.com", "s1"), KeyOf("example.com", "s2"),
                                   KeyOf("example.org", "s1")));
}

TEST_P(StoreContract, RemovedIntentIsGone) {
  Commit({PutKey{FullKey()}, PutKey{KeyOf("example.com", "s1")}});
  Commit({RemoveKey{{FullKey().domain, FullKey().selector}}});
  EXPECT_THAT(KeysIn(Reloaded()), testing::ElementsAre(KeyOf("example.com", "s1")));
  // Nothing of it is left behind for the next key of that name.
  Key next = FullKey();
  next.lacks.clear();
  Commit({PutKey{next}});
  EXPECT_THAT(KeysIn(Reloaded()), testing::Contains(next));
}

TEST_P(StoreContract, GrantsRoundTripWithEveryVerbAndScope) {
  std::set<Grant> grants;
  std::vector<Change> changes;
  for (const Verb verb : {Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister}) {
    for (const Scope& scope : {ScopeOf("*", ""), ScopeOf("example.com", "*"),
                               ScopeOf("example.com", ""), ScopeOf("example.com", "crm")}) {
      for (const char* who : {"dns:mx.example.com", "uri:spiffe://a/b", "unix:exim"}) {
        const Grant grant{IdentityOf(who), verb, scope};
        grants.insert(grant);
        changes.emplace_back(PutGrant{grant});
      }
    }
  }
  changes.emplace_back(changes.front());  // twice is once
  Commit(changes);
  EXPECT_EQ(Reloaded().grants, grants);
}

TEST_P(StoreContract, RemovedGrantIsExactlyThatOne) {
  Commit({PutGrant{SignGrant("example.com", "default")}, PutGrant{SignGrant("example.com", "*")}});
  Commit({RemoveGrant{SignGrant("example.com", "default")}, RemoveGrant{SignGrant("*", "*")}});
  EXPECT_THAT(Reloaded().grants, testing::ElementsAre(SignGrant("example.com", "*")));
}

TEST_P(StoreContract, LimitsOfGrantsRoundTripAndAreReplaced) {
  const Grant bounded = SignGrant("example.com", "default");
  const Grant free = SignGrant("example.com", "*");
  const GrantLimits all{.algorithms = {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256},
                        .networks = {IpNetwork::Parse("192.0.2.0/24").value(),
                                     IpNetwork::Parse("2001:db8::/32").value()},
                        .valid_from = Minute(1),
                        .valid_until = Minute(2),
                        .per_second = 4'294'967'295,
                        .per_day = 1,
                        .headers_required = true};
  Commit({PutGrant{bounded, all}, PutGrant{free}});
  EXPECT_THAT(Reloaded().grant_limits, testing::ElementsAre(testing::Pair(bounded, all)));
  EXPECT_THAT(Reloaded().grants, testing::UnorderedElementsAre(bounded, free));
  Commit({PutGrant{bounded, {.per_day = 2}}, PutGrant{free, all}});
  EXPECT_EQ(Reloaded().grant_limits.at(bounded), GrantLimits{.per_day = 2});
  EXPECT_EQ(Reloaded().grant_limits.at(free), all);
  Commit({PutGrant{bounded}, RemoveGrant{free}});
  EXPECT_TRUE(Reloaded().grant_limits.empty());
  EXPECT_THAT(Reloaded().grants, testing::ElementsAre(bounded));
}

TEST_P(StoreContract, GrantsOfGroupsRoundTrip) {
  const auto group = GroupName::Parse("group:a.b-c_1").value();
  const std::set<Grant> grants{
      {Grantee(group), Verb::kSign, ScopeOf("*", "")},
      {Grantee(group), Verb::kSign, Scope::OfGroup(group, Sender::Default())},
      {IdentityOf("unix:exim"), Verb::kSign, Scope::OfGroup(group, std::nullopt)}};
  std::vector<Change> changes;
  for (const Grant& grant : grants) changes.emplace_back(PutGrant{grant});
  Commit(changes);
  EXPECT_EQ(Reloaded().grants, grants);
}

TEST_P(StoreContract, MembersRoundTripAndGoWithTheirDomain) {
  const auto mail = GroupName::Parse("group:mail").value();
  const auto payroll = GroupName::Parse("group:payroll").value();
  const Membership identity{mail, GroupMember(IdentityOf("unix:exim"))};
  const Membership com{payroll, GroupMember(DomainOf("example.com"))};
  const Membership net{payroll, GroupMember(DomainOf("example.net"))};
  Commit({PutMember{identity}, PutMember{com}, PutMember{net}, PutMember{net}});
  EXPECT_THAT(Reloaded().group_members, testing::ElementsAre(identity, com, net));
  Commit({PutDomain{EntryOf("example.com")}});
  Commit({RemoveDomain{DomainOf("example.com")}, RemoveMember{identity}});
  EXPECT_THAT(Reloaded().group_members, testing::ElementsAre(net));
}

TEST_P(StoreContract, RemovedDomainTakesLimitsAlong) {
  const Grant grant = SignGrant("example.com", "default");
  Commit({PutDomain{EntryOf("example.com")}, PutGrant{grant, {.per_day = 2}}});
  Commit({RemoveDomain{DomainOf("example.com")}});
  EXPECT_TRUE(Reloaded().grant_limits.empty());
}

TEST_P(StoreContract, ChangesOfOneCommitApplyInOrder) {
  Commit({PutKey{KeyOf("example.com", "s1")},
          RemoveKey{{DomainOf("example.com"), SelectorOf("s1")}},
          PutGrant{SignGrant("example.com", "*")}, PutDomain{EntryOf("example.com")},
          RemoveDomain{DomainOf("example.com")}});
  ExpectEmpty(Reloaded());
}

TEST_P(StoreContract, TenThousandKeysAreLoaded) {
  std::vector<Change> changes;
  std::vector<Key> keys;
  for (int i = 0; i < 10'000; ++i) {
    keys.push_back(KeyOf("d" + std::to_string(i % 1000) + ".example", "s" + std::to_string(i)));
    changes.emplace_back(PutKey{keys.back()});
  }
  Commit(changes);
  const Contents contents = Reloaded();
  ASSERT_EQ(contents.keys.size(), keys.size());
  for (const Key& key : keys) {
    const auto found = contents.keys.find({key.domain, key.selector});
    ASSERT_NE(found, contents.keys.end()) << key.selector.str();
    EXPECT_EQ(*found->second, key);
  }
}

}  // namespace
}  // namespace dkimkeeper
