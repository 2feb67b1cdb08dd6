#include "server/lifecycle/poisoned_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/lifecycle/custody.h"

namespace dkimkeeper {
namespace {

TEST(AlarmOnPoisoned, NamesTheKey) {
  Custody custody;
  ASSERT_TRUE(custody.Generate("s1"));
  const auto poisoned =
      AlarmOnPoisoned("main", custody.registry(), custody.alarms(), custody.clock);
  poisoned(custody.Row("s1")->id);
  poisoned(KeyId::FromHex("0a0b").value());
  const auto alarms = custody.alarms().List();
  ASSERT_EQ(alarms.size(), 2U);
  EXPECT_EQ(alarms[0].name, "key.poisoned");
  EXPECT_EQ(alarms[0].subject, "example.com/s1");
  EXPECT_EQ(alarms[1].subject, "main/0a0b") << "one that the registry does not know";
}

}  // namespace
}  // namespace dkimkeeper
