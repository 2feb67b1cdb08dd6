#include "tests/unit/client/c_abi/null_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/c_abi/played_server.h"

namespace dkimkeeper {
namespace {

TEST(NullCallsTest, NullIsRefusedInEveryPlace) {
  const PlayedClient client;
  dkimkeeper_message* message = nullptr;
  ASSERT_EQ(dkimkeeper_message_new(client.get(), nullptr, &message, nullptr), DKIMKEEPER_OK);
  EXPECT_EQ(FirstNullThatWasTaken(client.get(), message), 0) << "a line of null_calls.c";
  dkimkeeper_message_free(message);
}

TEST(NullCallsTest, AChunkOfNothingMayStandNowhere) {
  const PlayedClient client;
  dkimkeeper_message* message = nullptr;
  ASSERT_EQ(dkimkeeper_message_new(client.get(), nullptr, &message, nullptr), DKIMKEEPER_OK);
  EXPECT_EQ(dkimkeeper_message_write(message, nullptr, 0, nullptr), DKIMKEEPER_OK);
  dkimkeeper_message_free(message);
}

TEST(NullCallsTest, TheVersionHasThreeNumbers) {
  EXPECT_THAT(dkimkeeper_version(), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace dkimkeeper
