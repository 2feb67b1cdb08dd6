#include "hsm/launcher/link_messages.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dkimkeeper::launcher {
namespace {

using std::chrono::milliseconds;

const std::vector<LinkRequest>& Requests() {
  static const std::vector<LinkRequest> all = {Spawn{1, 0}, Spawn{~0ULL, 31}, Kill{7},
                                               AllowLogin{2}};
  return all;
}

const std::vector<LinkEvent>& Events() {
  static const std::vector<LinkEvent> all = {
      Spawned{1, 2},
      NotSpawned{3,
                 Error{Code::kUnavailable, "PIN_REFUSED", "it was refused", {}, milliseconds(9)}},
      Ended{4, {.signal = 11, .exit_status = 0, .by_us = false}},
      Ended{5, {.signal = 0, .exit_status = 255, .by_us = true}}};
  return all;
}

TEST(LinkMessagesTest, RequestsComeBackAsTheyWere) {
  for (const LinkRequest& request : Requests()) {
    const auto decoded = DecodeLinkRequest(EncodeRequest(request));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, request);
  }
}

TEST(LinkMessagesTest, EventsComeBackAsTheyWere) {
  for (const LinkEvent& event : Events()) {
    const auto decoded = DecodeLinkEvent(EncodeEvent(event));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, event);
  }
}

TEST(LinkMessagesTest, EveryTruncationAndEveryAdditionIsRefused) {
  for (const LinkRequest& request : Requests()) {
    const std::string packet = EncodeRequest(request);
    for (std::size_t size = 0; size < packet.size(); ++size) {
      EXPECT_FALSE(DecodeLinkRequest(packet.substr(0, size))) << size;
    }
    EXPECT_FALSE(DecodeLinkRequest(packet + '\0'));
  }
  for (const LinkEvent& event : Events()) {
    const std::string packet = EncodeEvent(event);
    for (std::size_t size = 0; size < packet.size(); ++size) {
      EXPECT_FALSE(DecodeLinkEvent(packet.substr(0, size))) << size;
    }
    const auto more = DecodeLinkEvent(packet + 'x');
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().reason, "BAD_FRAME");
  }
}

TEST(LinkMessagesTest, AnotherVersionOrKindIsRefused) {
  std::string packet = EncodeRequest(Kill{1});
  packet[0] = 2;
  EXPECT_FALSE(DecodeLinkRequest(packet));
  packet[0] = 1;
  packet[1] = 3;
  EXPECT_FALSE(DecodeLinkRequest(packet));
  EXPECT_FALSE(DecodeLinkEvent(packet));
}

TEST(LinkMessagesTest, NoSignalOrStatusThatWaitCannotGive) {
  EXPECT_FALSE(DecodeLinkEvent(EncodeEvent(Ended{1, {.signal = 65, .exit_status = 0}})));
  EXPECT_FALSE(DecodeLinkEvent(EncodeEvent(Ended{1, {.signal = -1, .exit_status = 0}})));
  EXPECT_FALSE(DecodeLinkEvent(EncodeEvent(Ended{1, {.signal = 0, .exit_status = 256}})));
}

TEST(LinkMessagesTest, ALongErrorIsCutAndFits) {
  const NotSpawned refused{1, Error{Code::kInternal, "INTERNAL", std::string(100'000, 'x')}};
  const std::string packet = EncodeEvent(refused);
  EXPECT_LE(packet.size(), kMaxLinkPacket);
  const auto decoded = DecodeLinkEvent(packet);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<NotSpawned>(*decoded).error.message, std::string(4096, 'x'));
}

}  // namespace
}  // namespace dkimkeeper::launcher
