#include "tests/unit/client/c_abi/null_calls.h"

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
  int major = 0;
  int minor = 0;
  int patch = 0;
  char rest = 0;
  EXPECT_EQ(std::sscanf(dkimkeeper_version(), "%d.%d.%d%c", &major, &minor, &patch, &rest), 3);
}

}  // namespace
}  // namespace dkimkeeper
