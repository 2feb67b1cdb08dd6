#include "server/lifecycle/key_label.h"

#include <gtest/gtest.h>

#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

TEST(KeyLabel, ReadsBack) {
  const KeyName name{sample::DomainOf("mail.example.com"), sample::SelectorOf("s_1.x")};
  EXPECT_EQ(KeyLabel(name.first, name.second), "dkim:mail.example.com:s_1.x");
  EXPECT_EQ(NameInLabel(KeyLabel(name.first, name.second)), name);
}

TEST(KeyLabel, OtherLabelsNameNoKey) {
  for (const char* label :
       {"", "dkim:", "dkim:example.com", "dkim:example.com:", "dkim::s1", "health:example.com:s1",
        "dkim:Example.com:s1", "dkim:example.com:s1:", "dkim:example.com:-s", "somebody's"}) {
    EXPECT_EQ(NameInLabel(label), std::nullopt) << label;
  }
}

}  // namespace
}  // namespace dkimkeeper
