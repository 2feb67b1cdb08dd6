// One daemon's registry: what it publishes, and when.
#include "server/store/registry.h"

#include "tests/unit/server/registry/registry_fixture.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::DomainOf;
using sample::IdentityOf;
using sample::Minute;
using sample::SelectorOf;

class RegistryTest : public RegistryFixture {};

TEST_F(RegistryTest, StartsWithWhatTheStoreHolds) {
  EXPECT_TRUE(registry_->Update(Minute(0), Adding("example.com")));
  EXPECT_TRUE(Knows(*Open()->Get(), "example.com"));
}

TEST_F(RegistryTest, DoesNotStartWithoutTheStore) {
  store_.SetAway(true);
  const auto registry = Registry::Open(store_, {});
  ASSERT_FALSE(registry);
  EXPECT_EQ(registry.error().reason, "STORE_AWAY");
}

TEST_F(RegistryTest, PublishesKeysAndRightsInOneGo) {
  const Key key = ActiveKeyOf("example.com", "s1");
  const Grant grant{IdentityOf("unix:mail"), Verb::kSign, Scope::AllOf(key.domain)};
  const auto updated = registry_->Update(Minute(0), [&](const View&) -> Result<Decision> {
    return Decision{{PutKey{key}, PutGrant{grant}}, "s1"};
  });
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->subject, "s1");
  EXPECT_EQ(updated->view, registry_->Get());
  EXPECT_EQ(*updated->view->keyring.Find(key.domain, key.selector), key);
  EXPECT_TRUE(updated->view->rules.Authorize(sample::IdentityOf(grant.identity.str()), Verb::kSign,
                                             grant.scope));
  EXPECT_EQ(updated->view->contents.generation, 1U);
}

TEST_F(RegistryTest, ReadersKeepThePictureTheyTook) {
  const ViewPtr before = registry_->Get();
  EXPECT_TRUE(registry_->Update(Minute(0), Adding("example.com")));
  EXPECT_FALSE(Knows(*before, "example.com"));
  EXPECT_TRUE(Knows(*registry_->Get(), "example.com"));
}

TEST_F(RegistryTest, GrantsOfTheConfigurationHoldAndAreNotStored) {
  const Grant admin{IdentityOf("unix:root"), Verb::kAdminister, Scope::Everything()};
  const auto registry = Registry::Open(store_, {admin}).value();
  const auto may = [&](const Registry& where) {
    return where.Get()
        ->rules.Authorize(sample::IdentityOf(admin.identity.str()), admin.verb, admin.scope)
        .has_value();
  };
  EXPECT_TRUE(may(*registry));
  EXPECT_TRUE(registry->Update(Minute(0), Adding("example.com")));
  EXPECT_TRUE(may(*registry)) << "after an update";
  EXPECT_TRUE(registry->Get()->contents.grants.empty());
  EXPECT_FALSE(may(*Open())) << "without that configuration";
}

TEST_F(RegistryTest, ARefusalChangesNothing) {
  const auto refused = registry_->Update(Request("r1"), Minute(0), [](const View&) {
    return Result<Decision>(Fail(Code::kNotFound, "KEY_UNKNOWN", "no"));
  });
  EXPECT_EQ(refused.error().reason, "KEY_UNKNOWN");
  EXPECT_EQ(store_.commits(), 0U);
  EXPECT_FALSE(registry_->Repeated(Request("r1")).value()) << "it may be asked again";
}

TEST_F(RegistryTest, NoChangeIsNoCommitAndNoNewPicture) {
  const ViewPtr before = registry_->Get();
  const auto updated = registry_->Update(
      Minute(0), [](const View&) -> Result<Decision> { return Decision{{}, "same"}; });
  EXPECT_EQ(updated->subject, "same");
  EXPECT_EQ(store_.commits(), 0U);
  EXPECT_EQ(registry_->Get(), before);
}

TEST_F(RegistryTest, AFailedCommitIsNotPublished) {
  store_.FailCommit(1, CommitFault::kBeforeEffect,
                    Error{Code::kResourceExhausted, "STORAGE_FULL", "full"});
  const auto failed = registry_->Update(Minute(0), Adding("example.com"));
  EXPECT_EQ(failed.error().reason, "STORAGE_FULL");
  EXPECT_FALSE(Knows(*registry_->Get(), "example.com"));
  EXPECT_TRUE(registry_->Update(Minute(0), Adding("example.com"))) << "and again";
}

// Else a key that was stopped would sign on.
TEST_F(RegistryTest, ACommitWhoseAnswerWasLostIsPublishedAtOnce) {
  store_.FailCommit(1, CommitFault::kAfterEffect);
  EXPECT_FALSE(registry_->Update(Minute(0), Adding("example.com")));
  EXPECT_TRUE(Knows(*registry_->Get(), "example.com"));
}

TEST_F(RegistryTest, ACommitWhoseAnswerWasLostIsSeenByTheNextDecision) {
  store_.FailCommit(1, CommitFault::kAfterEffect);
  EXPECT_FALSE(registry_->Update(Minute(0), Adding("example.com")));
  const auto next = registry_->Update(Minute(0), [&](const View& view) -> Result<Decision> {
    EXPECT_TRUE(Knows(view, "example.com"));
    return Add("example.org");
  });
  ASSERT_TRUE(next);
  EXPECT_TRUE(Knows(*next->view, "example.com"));
}

TEST_F(RegistryTest, WhileTheStoreIsAwayReadersGoOn) {
  EXPECT_TRUE(registry_->Update(Minute(0), Adding("example.com")));
  store_.SetAway(true);
  EXPECT_EQ(registry_->Update(Minute(0), Adding("example.org")).error().reason, "STORE_AWAY");
  EXPECT_EQ(registry_->Refresh().error().reason, "STORE_AWAY");
  EXPECT_TRUE(Knows(*registry_->Get(), "example.com"));
  store_.SetAway(false);
  EXPECT_TRUE(registry_->Update(Minute(0), Adding("example.org")));
}

TEST_F(RegistryTest, SubscribersHearOfEachNewPictureOnce) {
  int heard = 0;
  const auto subscription = registry_->views().Subscribe([&heard] { ++heard; });
  EXPECT_TRUE(registry_->Update(Minute(0), Adding("example.com")));
  EXPECT_EQ(heard, 1);
  EXPECT_TRUE(registry_->Refresh());
  EXPECT_EQ(heard, 1) << "nothing new";
  EXPECT_TRUE(Open()->Update(Minute(0), Adding("example.org")));
  EXPECT_TRUE(registry_->Refresh());
  EXPECT_EQ(heard, 2);
}

}  // namespace
}  // namespace dkimkeeper
