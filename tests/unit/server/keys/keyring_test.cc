#include "server/keys/keyring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::DomainOf;
using sample::KeyOf;
using sample::Minute;
using sample::SelectorOf;
using sample::SenderOf;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Algorithm kRsa = Algorithm::kRsaSha256;
constexpr Algorithm kEd25519 = Algorithm::kEd25519Sha256;

Keyring KeyringOf(const std::vector<Key>& keys) {
  std::vector<std::shared_ptr<const Key>> shared;
  for (const Key& key : keys) shared.push_back(std::make_shared<const Key>(key));
  return Keyring(shared);
}

Key Ed25519(Key key) {
  key.algorithm = kEd25519;
  key.rsa_bits = 0;
  return key;
}

Key By(const char* sender, Key key) {
  key.sender = SenderOf(sender);
  return key;
}

// Active from Minute(0), replaced at Minute(10), signs until Minute(20).
Key Retired(Key key) {
  key.retired_at = Minute(10);
  key.signs_until = Minute(20);
  return key;
}

std::string NameOf(const std::shared_ptr<const Key>& key) {
  if (key == nullptr) return "none";
  return key->domain.str() + "/" + key->selector.str();
}

std::vector<std::string> NamesAt(const Keyring& keyring, int minute) {
  std::vector<std::string> names;
  for (const auto& key : keyring.SigningAt(Minute(minute))) names.push_back(NameOf(key));
  return names;
}

std::string Current(const Keyring& keyring, const char* domain, const char* sender,
                    Algorithm algorithm, int minute) {
  return NameOf(keyring.Current(DomainOf(domain), SenderOf(sender), algorithm, Minute(minute)));
}

TEST(Keyring, EmptyOneHasNothing) {
  const Keyring keyring;
  EXPECT_EQ(keyring.Find(DomainOf("example.com"), SelectorOf("s1")), nullptr);
  EXPECT_EQ(Current(keyring, "example.com", "default", kRsa, 0), "none");
  EXPECT_THAT(NamesAt(keyring, 0), IsEmpty());
}

TEST(Keyring, FindsByExactDomainAndSelector) {
  const Keyring keyring = KeyringOf({KeyOf("example.com", "s1"), KeyOf("example.org", "s1"),
                                     KeyOf("b.example.com", "a"), KeyOf("example.com", "a.b")});
  EXPECT_EQ(NameOf(keyring.Find(DomainOf("example.org"), SelectorOf("s1"))), "example.org/s1");
  EXPECT_EQ(NameOf(keyring.Find(DomainOf("b.example.com"), SelectorOf("a"))), "b.example.com/a");
  EXPECT_EQ(NameOf(keyring.Find(DomainOf("example.com"), SelectorOf("a.b"))), "example.com/a.b");
  EXPECT_EQ(keyring.Find(DomainOf("example.com"), SelectorOf("s2")), nullptr);
  EXPECT_EQ(keyring.Find(DomainOf("mail.example.com"), SelectorOf("s1")), nullptr);
}

TEST(Keyring, FindsDestroyedKeysSoThatSelectorsAreNeverReused) {
  Key key = ActiveKeyOf("example.com", "s1");
  key.revoked_at = key.destroying_at = key.destroyed_at = Minute(1);
  const Keyring keyring = KeyringOf({key});
  EXPECT_EQ(NameOf(keyring.Find(key.domain, key.selector)), "example.com/s1");
  EXPECT_THAT(NamesAt(keyring, 2), IsEmpty());
}

TEST(Keyring, CurrentIsTheActiveKeyOfExactlyThatLine) {
  const Keyring keyring =
      KeyringOf({ActiveKeyOf("example.com", "rsa"), Ed25519(ActiveKeyOf("example.com", "ed")),
                 By("crm", ActiveKeyOf("example.com", "crm")), ActiveKeyOf("example.org", "rsa")});
  EXPECT_EQ(Current(keyring, "example.com", "default", kRsa, 1), "example.com/rsa");
  EXPECT_EQ(Current(keyring, "example.com", "default", kEd25519, 1), "example.com/ed");
  EXPECT_EQ(Current(keyring, "example.com", "crm", kRsa, 1), "example.com/crm");
  EXPECT_EQ(Current(keyring, "example.org", "default", kRsa, 1), "example.org/rsa");
  EXPECT_EQ(Current(keyring, "example.com", "crm", kEd25519, 1), "none");
  EXPECT_EQ(Current(keyring, "mail.example.com", "default", kRsa, 1), "none");
}

TEST(Keyring, CurrentIsTheSuccessorAfterTheHandOverAlsoWhereTheClockWasSetBack) {
  Key next = KeyOf("example.com", "s2");
  next.activated_at = Minute(10);
  const Keyring keyring = KeyringOf({Retired(ActiveKeyOf("example.com", "s1")), next});
  EXPECT_EQ(Current(keyring, "example.com", "default", kRsa, 9), "example.com/s2");
  EXPECT_EQ(Current(keyring, "example.com", "default", kRsa, 10), "example.com/s2");
}

TEST(Keyring, RetiringKeySignsButIsNotCurrent) {
  const Keyring keyring = KeyringOf({Retired(ActiveKeyOf("example.com", "s1"))});
  EXPECT_EQ(Current(keyring, "example.com", "default", kRsa, 15), "none");
  EXPECT_THAT(NamesAt(keyring, 15), ElementsAre("example.com/s1"));
  EXPECT_THAT(NamesAt(keyring, 20), IsEmpty());
}

TEST(Keyring, BarredKeysAreNeverCurrentAndDoNotHideTheirSuccessor) {
  Key revoked = ActiveKeyOf("example.com", "a");
  revoked.revoked_at = Minute(1);
  Key quarantined = ActiveKeyOf("example.com", "b");
  quarantined.quarantined_at = Minute(1);
  Key intent = ActiveKeyOf("example.com", "c");
  intent.public_key.reset();
  const Keyring keyring =
      KeyringOf({revoked, quarantined, intent, ActiveKeyOf("example.com", "d")});
  for (const int minute : {0, 5}) {
    EXPECT_EQ(Current(keyring, "example.com", "default", kRsa, minute), "example.com/d");
    EXPECT_THAT(NamesAt(keyring, minute), ElementsAre("example.com/d"));
  }
}

TEST(Keyring, SigningIsSortedByLineWithTheActiveKeyFirst) {
  Key next = KeyOf("example.com", "s2");
  next.activated_at = Minute(10);
  const Keyring keyring =
      KeyringOf({ActiveKeyOf("example.org", "a"), Retired(ActiveKeyOf("example.com", "s1")), next,
                 Ed25519(ActiveKeyOf("example.com", "ed")),
                 By("crm", ActiveKeyOf("example.com", "z")), KeyOf("example.com", "pending")});
  EXPECT_THAT(NamesAt(keyring, 15), ElementsAre("example.com/z", "example.com/s2", "example.com/s1",
                                                "example.com/ed", "example.org/a"));
}

TEST(Keyring, CopyStandsOnItsOwn) {
  Keyring copy;
  {
    const Keyring original = KeyringOf({ActiveKeyOf("example.com", "s1")});
    copy = original;
  }
  EXPECT_EQ(Current(copy, "example.com", "default", kRsa, 1), "example.com/s1");
}

// Throughput of others fell off a cliff past a cache of 1,024 keys (KumoMTA pull request 438).
TEST(Keyring, HundredThousandKeysAreAllFoundAndCurrent) {
  constexpr int kCount = 100'000;
  std::vector<std::shared_ptr<const Key>> keys;
  keys.reserve(kCount);
  for (int i = 0; i < kCount; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".example";
    keys.push_back(std::make_shared<const Key>(ActiveKeyOf(domain, "s" + std::to_string(i % 7))));
  }
  const Keyring keyring(keys);
  const bool all = std::ranges::all_of(keys, [&](const auto& key) {
    return keyring.Find(key->domain, key->selector) == key &&
           keyring.Current(key->domain, key->sender, key->algorithm, Minute(1)) == key;
  });
  EXPECT_TRUE(all);
  EXPECT_EQ(keyring.SigningAt(Minute(1)).size(), keys.size());
}

TEST(Keyring, AfterChangesIsWhatWouldBeMadeAnew) {
  const Key kept = ActiveKeyOf("example.com", "s1");
  const Key gone = KeyOf("example.com", "s2");
  const Key old = ActiveKeyOf("example.com", "s3");
  const Keyring before = KeyringOf({kept, gone, old});
  const Key retired = Retired(old);
  const Key added = ActiveKeyOf("new.example", "s1");
  const auto shared = [](const Key& key) { return std::make_shared<const Key>(key); };
  const Keyring after = before.With({{{gone.domain, gone.selector}, nullptr},
                                     {{old.domain, old.selector}, shared(retired)},
                                     {{added.domain, added.selector}, shared(added)}});
  for (const int minute : {5, 15, 25}) {
    EXPECT_EQ(NamesAt(after, minute), NamesAt(KeyringOf({kept, retired, added}), minute));
  }
  EXPECT_EQ(after.Find(gone.domain, gone.selector), nullptr);
  EXPECT_EQ(*after.Find(old.domain, old.selector), retired);
  EXPECT_EQ(after.Current(added.domain, Sender::Default(), kRsa, Minute(5))->selector.str(), "s1");
  EXPECT_EQ(after.Find(kept.domain, kept.selector), before.Find(kept.domain, kept.selector));
  EXPECT_EQ(*before.Find(old.domain, old.selector), old) << "the one before is as it was";
}

}  // namespace
}  // namespace dkimkeeper
