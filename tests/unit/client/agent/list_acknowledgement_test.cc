#include "client/agent/list_acknowledgement.h"

#include <gmock/gmock.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Hears acknowledgements; knows nothing else.
class PlayedClient final : public Client {
 public:
  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign>) override {
    return {};
  }
  Result<SigningKeys> ListSigningKeys() override { return SigningKeys(); }
  Result<SigningKeys> ListSigningKeysOf(const Domain&, std::chrono::milliseconds) override {
    return SigningKeys();
  }
  Result<std::string> SignDigest(const DigestToSign&, const CallOptions&) override { return ""; }
  Result<std::shared_ptr<const SigningKeys>> WatchedSigningKeys() override { return nullptr; }
  Outcome AcknowledgeKeys(std::uint64_t generation) override {
    told.push_back(generation);
    if (away) return Fail(Code::kUnavailable, reason::kServerAway, "away");
    return {};
  }

  std::vector<std::uint64_t> told;
  bool away = false;
};

class ListAcknowledgementTest : public testing::Test {
 protected:
  void Tell(std::optional<std::uint64_t> generation, int times) {
    for (int i = 0; i < times; ++i) acknowledgement_.Tell(generation);
  }

  PlayedClient client_;
  std::string log_;
  EventLog events_{[this](Severity, std::string_view line) { log_.append(line).append("\n"); }};
  ListAcknowledgement acknowledgement_{client_, events_};
};

TEST_F(ListAcknowledgementTest, NothingIsToldBeforeThereIsAList) {
  Tell(std::nullopt, 1000);
  EXPECT_THAT(client_.told, IsEmpty());
}

TEST_F(ListAcknowledgementTest, ThatThisHostCannotSayIsToldToo) {
  Tell(0, 2);
  EXPECT_THAT(client_.told, ElementsAre(0));
}

TEST_F(ListAcknowledgementTest, EachListIsToldOnceAndTheLastOneAgainAfterTenMinutes) {
  Tell(3, 5);
  Tell(4, 600);
  EXPECT_THAT(client_.told, ElementsAre(3, 4));
  Tell(4, 1);
  EXPECT_THAT(client_.told, ElementsAre(3, 4, 4));
}

TEST_F(ListAcknowledgementTest, AFailureIsSaidOnceAndTriedAgain) {
  client_.away = true;
  Tell(3, 31);
  EXPECT_THAT(client_.told, ElementsAre(3)) << "not at every call";
  Tell(3, 1);
  EXPECT_THAT(client_.told, ElementsAre(3, 3));
  EXPECT_EQ(log_, "event=keys.not_acknowledged reason=SERVER_AWAY message=away\n");
  client_.away = false;
  Tell(5, 31);
  EXPECT_THAT(client_.told, ElementsAre(3, 3, 5));
  EXPECT_THAT(log_, HasSubstr("event=keys.acknowledged generation=5"));
}

}  // namespace
}  // namespace dkimkeeper
