// key reference against the fake API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/json.h"
#include "client/reference/reference_file.h"
#include "proto/reason.h"
#include "tests/unit/client/cli/run_fixture.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

class KeyReferenceTest : public RunFixture {
 protected:
  KeyReferenceTest() {
    api_.get_key = [this](const v1::GetKeyRequest& request, v1::Key* key) {
      key->set_domain(request.domain());
      key->set_selector(request.selector());
      key->set_algorithm(v1::ALGORITHM_ED25519_SHA256);
      key->set_state(state_);
      key->set_public_key(public_key_);
      return grpc::Status::OK;
    };
  }

  v1::KeyState state_ = v1::KEY_STATE_ACTIVE;
  std::string public_key_ = std::string(32, 'k');
};

TEST_F(KeyReferenceTest, WritesAFileThatNamesTheKey) {
  ASSERT_TRUE(Run({"key", "reference", "example.com", "s1"}));
  const auto body = ReadReferenceFile(out_.str());
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->reference.Uri(), "dkimkeeper:example.com/s1");
  EXPECT_EQ(body->public_key, (PublicKey{Algorithm::kEd25519Sha256, public_key_}));
}

TEST_F(KeyReferenceTest, IsADocumentForPrograms) {
  ASSERT_TRUE(Run({"key", "reference", "example.com", "s1", "--json"}));
  const Json document = Json::parse(out_.str());
  EXPECT_EQ(document.at("uri"), "dkimkeeper:example.com/s1");
  EXPECT_TRUE(ReadReferenceFile(document.at("file").get<std::string>()));
}

TEST_F(KeyReferenceTest, WritesNothingForAKeyThatNeverSigns) {
  for (const v1::KeyState state : {v1::KEY_STATE_REVOKED, v1::KEY_STATE_DESTROYED}) {
    state_ = state;
    const Outcome outcome = Run({"key", "reference", "example.com", "s1"});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().reason, reason::kWrongState);
    EXPECT_THAT(outcome.error().message,
                HasSubstr(state == v1::KEY_STATE_REVOKED ? "REVOKED" : "DESTROYED"));
    EXPECT_EQ(out_.str(), "");
  }
  state_ = v1::KEY_STATE_PENDING;
  public_key_ = "";
  EXPECT_EQ(Run({"key", "reference", "example.com", "s1"}).error().reason, reason::kWrongState);
}

}  // namespace
}  // namespace dkimkeeper
