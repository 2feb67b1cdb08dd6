// Each act with the store or the token failing at each effect: the process dies, starts again and
// reconciles, the operator repeats; then nothing may be lost, doubled or overwritten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/server/lifecycle/custody.h"

namespace dkimkeeper {
namespace {

using Call = FakeToken::Call;
using testing::IsEmpty;

struct Fault {
  std::string name;
  std::function<void(Custody&)> inject;
};

// Every effect of the store and the token, the first three of a kind, before and after it happened.
std::vector<Fault> Faults() {
  std::vector<Fault> faults;
  for (unsigned n = 1; n <= 3; ++n) {
    const std::string nth = std::to_string(n);
    faults.push_back({"before_commit_" + nth, [n](Custody& custody) {
                        custody.store.FailCommit(n, CommitFault::kBeforeEffect);
                      }});
    faults.push_back({"after_commit_" + nth, [n](Custody& custody) {
                        custody.store.FailCommit(n, CommitFault::kAfterEffect);
                      }});
    for (const auto& [call, name] : {std::pair{Call::kGenerateKeyPair, "generate_"},
                                     {Call::kFindKey, "find_"},
                                     {Call::kFindKeys, "find_all_"},
                                     {Call::kSign, "sign_"},
                                     {Call::kDestroyPermanently, "destroy_"},
                                     {Call::kCheckHealth, "health_"}}) {
      faults.push_back({std::string("before_") + name + nth, [call, n](Custody& custody) {
                          custody.token.Fail(call, n, Custody::TokenAway());
                        }});
    }
    for (const auto& [call, name] : {std::pair{Call::kGenerateKeyPair, "generate_"},
                                     {Call::kDestroyPermanently, "destroy_"}}) {
      faults.push_back({std::string("after_") + name + nth, [call, n](Custody& custody) {
                          custody.token.FailAfterwards(call, n, Custody::TokenAway());
                        }});
    }
  }
  return faults;
}

struct Act {
  std::string name;
  std::function<void(Custody&)> prepare;
  std::function<Result<KeyPtr>(Custody&, const Mutation&)> perform;
  std::string state;    // of s1, once it is done
  std::string already;  // the refusal of another request for the same
  std::size_t pairs;    // in the token, once it is done
};

const KeyId& Imported() {
  static const KeyId id = KeyId::FromHex("00112233").value();
  return id;
}

void MakeActive(Custody& custody) {
  ASSERT_TRUE(custody.Generate("s1"));
  ASSERT_TRUE(custody.Activate("s1"));
}

std::vector<Act> Acts() {
  return {
      {"generate", [](Custody&) {},
       [](Custody& custody, const Mutation& mutation) { return custody.Generate("s1", mutation); },
       "PENDING", "SELECTOR_EXISTS", 1},
      {"adopt",
       [](Custody& custody) {
         custody.token.Import(Imported(), SoftwareKey::Ed25519(), "from elsewhere");
       },
       [](Custody& custody, const Mutation& mutation) {
         return custody.operations().Adopt(mutation, {.domain = sample::DomainOf("example.com"),
                                                      .selector = "s1",
                                                      .token_key_id = Imported()});
       },
       "PENDING", "SELECTOR_EXISTS", 1},
      {"activate",
       [](Custody& custody) {
         ASSERT_TRUE(custody.Generate("old"));
         ASSERT_TRUE(custody.Activate("old"));
         ASSERT_TRUE(custody.Generate("s1"));
       },
       [](Custody& custody, const Mutation& mutation) { return custody.Activate("s1", mutation); },
       "ACTIVE", "WRONG_STATE", 2},
      {"retire", [](Custody& custody) { ASSERT_TRUE(custody.Generate("s1")); },
       [](Custody& custody, const Mutation& mutation) {
         return custody.operations().Retire(mutation, Custody::Name("s1"));
       },
       "RETIRING", "WRONG_STATE", 1},
      {"compromise", MakeActive,
       [](Custody& custody, const Mutation& mutation) {
         return custody.operations().Revoke(mutation, Custody::Name("s1"), {.compromised = true});
       },
       "REVOKED", "", 1},
      {"destroy",
       [](Custody& custody) {
         MakeActive(custody);
         ASSERT_TRUE(custody.Revoke("s1"));
       },
       [](Custody& custody, const Mutation& mutation) {
         return custody.operations().Destroy(mutation, Custody::Name("s1"));
       },
       "DESTROYED", "WRONG_STATE", 0},
  };
}

class KeyFaults : public testing::TestWithParam<Act> {
 protected:
  // Runs `check` on a custody in which the act met that fault.
  void ForEachFault(const std::function<void(Custody&, const Mutation&)>& check) {
    for (const Fault& fault : Faults()) {
      SCOPED_TRACE(fault.name);
      Custody custody;
      GetParam().prepare(custody);
      const Mutation mutation = custody.Request("the act");
      fault.inject(custody);
      const auto result = GetParam().perform(custody, mutation);
      if (result) EXPECT_EQ(custody.State("s1"), GetParam().state);
      check(custody, mutation);
      if (HasFatalFailure()) return;
      EXPECT_THAT(custody.BrokenPromises(), IsEmpty());
      EXPECT_EQ(custody.State("s1"), GetParam().state);
      EXPECT_EQ(custody.TokenKeys().size(), GetParam().pairs);
    }
  }
  // The process may die more than once before it can reconcile.
  static void RestartAndReconcile(Custody& custody) {
    for (int tries = 0; tries < 4; ++tries) {
      custody.Restart();
      if (custody.Reconciled()) return;
    }
    FAIL() << "it never comes up again";
  }
};

TEST_P(KeyFaults, ARestartAndARepeatCompleteIt) {
  ForEachFault([](Custody& custody, const Mutation& mutation) {
    ASSERT_NO_FATAL_FAILURE(RestartAndReconcile(custody));
    EXPECT_THAT(custody.BrokenPromises(), IsEmpty()) << "after the restart";
    for (int tries = 0; tries < 3; ++tries) {
      const auto repeated = GetParam().perform(custody, mutation);
      if (repeated) return;
      // Undone at the restart: the operator is told to ask anew.
      if (repeated.error().reason == "CHANGED_SINCE_READ") {
        EXPECT_TRUE(GetParam().perform(custody, custody.Request()));
        return;
      }
    }
    FAIL() << "it cannot be repeated";
  });
}

TEST_P(KeyFaults, RepeatsAloneCompleteIt) {
  ForEachFault([](Custody& custody, const Mutation& mutation) {
    for (int tries = 0; tries < 4; ++tries) {
      const auto repeated = GetParam().perform(custody, mutation);
      if (repeated) return;
      EXPECT_EQ(repeated.error().code, Code::kUnavailable) << repeated.error().message;
    }
    FAIL() << "it cannot be repeated";
  });
}

TEST_P(KeyFaults, AnotherRequestNeverDoesItTwice) {
  ForEachFault([](Custody& custody, const Mutation&) {
    ASSERT_NO_FATAL_FAILURE(RestartAndReconcile(custody));
    for (int tries = 0; tries < 3; ++tries) {
      const auto another = GetParam().perform(custody, custody.Request());
      if (another) return;
      if (another.error().reason == GetParam().already) return;
      EXPECT_EQ(another.error().code, Code::kUnavailable) << another.error().message;
    }
    FAIL() << "it cannot be done anew";
  });
}

INSTANTIATE_TEST_SUITE_P(Acts, KeyFaults, testing::ValuesIn(Acts()),
                         [](const auto& act) { return act.param.name; });

// The selector that a dead process had intended names the same key for ever once it was made.
TEST(KeyFaults, ASelectorNamesOneKeyWhateverFails) {
  for (const Fault& fault : Faults()) {
    SCOPED_TRACE(fault.name);
    Custody custody;
    fault.inject(custody);
    const auto first = custody.Generate("s1");
    const auto second = custody.Generate("s1");
    custody.Restart();
    if (!custody.Reconciled()) custody.Restart();
    if (first && second) ADD_FAILURE() << "made twice";
    if (first) EXPECT_EQ(custody.Row("s1")->id, (*first)->id);
    if (second) EXPECT_EQ(custody.Row("s1")->id, (*second)->id);
  }
}

// Another daemon's restart takes the intent back while the token still works on it.
TEST(KeyFaults, APairWhoseIntentWasTakenBackKeepsItsRow) {
  Custody custody;
  custody.token.FailAfterwards(Call::kGenerateKeyPair, 1, Custody::TokenAway());
  const Mutation mutation = custody.Request();
  EXPECT_FALSE(custody.Generate("s1", mutation));
  const Key intent = *custody.Row("s1");
  custody.Put({RemoveKey{{intent.domain, intent.selector}}});
  EXPECT_TRUE(custody.operations().Finish(std::make_shared<const Key>(intent)));
  EXPECT_THAT(custody.BrokenPromises(), IsEmpty());
}

TEST(KeyFaults, APairWhoseSelectorWasTakenOverStaysInTheToken) {
  Custody custody;
  custody.token.FailAfterwards(Call::kGenerateKeyPair, 1, Custody::TokenAway());
  EXPECT_FALSE(custody.Generate("s1"));
  const Key intent = *custody.Row("s1");
  custody.Put({RemoveKey{{intent.domain, intent.selector}}});
  const auto successor = custody.Generate("s1");
  ASSERT_TRUE(successor);
  EXPECT_EQ(ReasonOf(custody.operations().Finish(std::make_shared<const Key>(intent))),
            "CHANGED_SINCE_READ");
  EXPECT_EQ(custody.Row("s1"), *successor);
  EXPECT_EQ(custody.TokenKeys().size(), 2U);
}

}  // namespace
}  // namespace dkimkeeper
