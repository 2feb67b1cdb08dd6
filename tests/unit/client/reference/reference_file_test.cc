#include "client/reference/reference_file.h"

#include <gtest/gtest.h>

#include "proto/reason.h"
#include "tests/unit/client/reference/sample_references.h"

namespace dkimkeeper {
namespace {

const ReferenceBody& Body() {
  static const ReferenceBody body{SampleReference(), SampleEd25519Key()};
  return body;
}

TEST(ReferenceFile, IsAPemBlockOfItsOwn) {
  const std::string text = WriteReferenceFile(Body()).value_or("");
  EXPECT_TRUE(text.starts_with("-----BEGIN DKIM KEEPER KEY REFERENCE-----\n")) << text;
  EXPECT_TRUE(text.ends_with("\n-----END DKIM KEEPER KEY REFERENCE-----\n")) << text;
  std::size_t from = 0;
  for (std::size_t to = 0; (to = text.find('\n', from)) != std::string::npos; from = to + 1) {
    EXPECT_LE(to - from, 64U);
  }
}

TEST(ReferenceFile, IsReadAsItWasWritten) {
  const std::string text = WriteReferenceFile(Body()).value_or("");
  EXPECT_EQ(ReadReferenceFile(text), Body());
  EXPECT_EQ(ReadReferenceFile("# the key of example.com\n" + text + "more\n"), Body());
}

TEST(ReferenceFile, RefusesOtherFiles) {
  const std::string text = WriteReferenceFile(Body()).value_or("");
  std::string damaged = text;
  damaged[60] = '*';
  for (const std::string& other :
       {std::string(), text.substr(0, text.size() - 20), damaged,
        std::string("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        std::string("-----BEGIN DKIM KEEPER KEY REFERENCE-----\nAAAA\n"
                    "-----END DKIM KEEPER KEY REFERENCE-----\n")}) {
    const auto read = ReadReferenceFile(other);
    ASSERT_FALSE(read) << other;
    EXPECT_EQ(read.error().reason, reason::kBadReference);
  }
}

}  // namespace
}  // namespace dkimkeeper
