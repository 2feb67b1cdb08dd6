#include "server/store/agents.h"

#include <gmock/gmock.h>

#include "tests/fakes/memory_store.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::IdentityOf;
using sample::Minute;
using testing::ElementsAre;
using testing::IsEmpty;

const AgentAcknowledgement kFirst{IdentityOf("dns:mx1"), 3, Minute(0)};
const AgentAcknowledgement kSecond{IdentityOf("dns:mx2"), 2, Minute(1)};

TEST(AgentsTest, WhatOneDaemonHeardTheOthersKnowAfterBothExchanged) {
  MemoryStore store;
  Agents one(store);
  Agents two(store);
  EXPECT_THAT(*one.Get(), IsEmpty());
  one.Note(kFirst);
  two.Note(kSecond);
  EXPECT_THAT(*one.Get(), IsEmpty()) << "no call waits for the store";
  ASSERT_TRUE(one.Exchange(Minute(2)));
  ASSERT_TRUE(two.Exchange(Minute(2)));
  ASSERT_TRUE(one.Exchange(Minute(2)));
  EXPECT_THAT(*one.Get(), ElementsAre(kFirst, kSecond));
  EXPECT_THAT(*two.Get(), ElementsAre(kFirst, kSecond));
}

TEST(AgentsTest, TheLastWordOfAnIdentityCounts) {
  MemoryStore store;
  Agents agents(store);
  agents.Note(kFirst);
  agents.Note({kFirst.identity, 9, Minute(1)});
  ASSERT_TRUE(agents.Exchange(Minute(1)));
  EXPECT_EQ(agents.Get()->front().generation, 9U);
  agents.Note({kFirst.identity, 4, Minute(2)});
  ASSERT_TRUE(agents.Exchange(Minute(2)));
  EXPECT_EQ(agents.Get()->front().generation, 4U) << "its tables were put back";
}

TEST(AgentsTest, WhatTheStoreRefusedIsWrittenLater) {
  MemoryStore store;
  Agents agents(store);
  agents.Note(kFirst);
  agents.Note(kSecond);
  store.SetAway(true);
  EXPECT_FALSE(agents.Exchange(Minute(1)));
  const AgentAcknowledgement newer{kFirst.identity, 5, Minute(2)};
  agents.Note(newer);
  store.SetAway(false);
  ASSERT_TRUE(agents.Exchange(Minute(2)));
  EXPECT_THAT(*agents.Get(), ElementsAre(newer, kSecond));
}

TEST(AgentsTest, WhoIsSilentForMonthsIsForgotten) {
  MemoryStore store;
  Agents agents(store);
  agents.Note(kFirst);
  ASSERT_TRUE(agents.Exchange(Minute(1)));
  const Timestamp later = kFirst.at + std::chrono::days(61);
  const AgentAcknowledgement other{kSecond.identity, 7, later};
  agents.Note(other);
  ASSERT_TRUE(agents.Exchange(later));
  EXPECT_THAT(*agents.Get(), ElementsAre(other));
}

}  // namespace
}  // namespace dkimkeeper
