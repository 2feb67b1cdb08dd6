#include "client/document/document_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kToml = R"(
[[domain]]
name = "Example.COM"
fail_policy = "unsigned"
token = "main"
standby_token = "cold"
[domain.policy]
rotation_period = "90d"
rsa_bits = 3072
standby = true
algorithms = ["rsa-sha256", "ed25519-sha256"]
[[domain.sender]]
name = "newsletter"
policy = { mode = "manual" }
[[domain]]
name = "bücher.example"
[[grant]]
identity = "uri:spiffe://example.com/mx1"
verb = "sign"
scope = "example.com/newsletter"
[[grant]]
identity = "unix:ops"
verb = "administer"
scope = "*"
)";

constexpr const char* kJson = R"({"domain": [
  {"name": "Example.COM", "fail_policy": "unsigned", "token": "main", "standby_token": "cold",
   "policy": {"rotation_period": "90d", "rsa_bits": 3072, "standby": true,
              "algorithms": ["rsa-sha256", "ed25519-sha256"]},
   "sender": [{"name": "newsletter", "policy": {"mode": "manual"}}]},
  {"name": "bücher.example"}],
 "grant": [{"identity": "uri:spiffe://example.com/mx1", "verb": "sign",
            "scope": "example.com/newsletter"},
           {"identity": "unix:ops", "verb": "administer", "scope": "*"}]})";

std::string Problems(const std::string& text) {
  const auto document = ReadDocument(text, "f");
  if (document) return "none";
  EXPECT_EQ(document.error().reason, reason::kBadDocument);
  return document.error().message;
}

TEST(DocumentReader, TomlAndJsonSayTheSame) {
  for (const char* text : {kToml, kJson}) {
    const auto document = ReadDocument(text, "f");
    ASSERT_TRUE(document) << document.error().message;
    ASSERT_EQ(document->domains.size(), 2U);
    const DocumentDomain& domain = document->domains.front();
    EXPECT_EQ(domain.name, "example.com");
    EXPECT_EQ(domain.fail_policy, FailPolicy::kUnsigned);
    EXPECT_EQ(domain.placement, (DocumentPlacement{"main", "cold"}));
    EXPECT_THAT(domain.policy, ElementsAre(Pair("algorithms", "rsa-sha256 ed25519-sha256"),
                                           Pair("rotation_period", "90d"), Pair("rsa_bits", "3072"),
                                           Pair("standby", "true")));
    EXPECT_THAT(domain.senders.at(0).policy, ElementsAre(Pair("mode", "manual")));
    EXPECT_EQ(document->domains.at(1).name, "xn--bcher-kva.example");
    ASSERT_EQ(document->grants.size(), 2U);
    EXPECT_EQ(document->grants[0].sender, "newsletter");
    EXPECT_EQ(document->grants[1].domain, "*");
    EXPECT_EQ(document->grants[1].sender, "*");
  }
}

TEST(DocumentReader, ScopesNameADomainAndASender) {
  const auto document = ReadDocument(
      "[[grant]]\nidentity='dns:a.b'\nverb='rotate'\nscope='example.com'\n"
      "[[grant]]\nidentity='dns:a.b'\nverb='audit'\nscope='example.com/*'\n",
      "f");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->grants[0].sender, "default");
  EXPECT_EQ(document->grants[1].sender, "*");
}

TEST(DocumentReader, AllProblemsAreToldWithTheirLines) {
  const std::string problems = Problems(
      "[[domain]]\n"
      "name = \"a b\"\n"
      "tokn = \"x\"\n"
      "[[domain]]\n"
      "name = \"example.com\"\n"
      "standby_token = \"cold\"\n"
      "fail_policy = 7\n"
      "[[domain]]\n"
      "name = \"EXAMPLE.com\"\n"
      "policy = { drain = 1.5 }\n"
      "[[grant]]\n"
      "identity = \"somebody\"\n"
      "verb = \"fly\"\n");
  EXPECT_THAT(problems, HasSubstr("f:2: domain[1].name: "));
  EXPECT_THAT(problems, HasSubstr("f:3: domain[1].tokn: is not known; remove it, or write one of: "
                                  "name, allow_underscore, fail_policy, token"));
  EXPECT_THAT(problems, HasSubstr("f:6: domain[2].standby_token: "));
  EXPECT_THAT(problems, HasSubstr("f:7: domain[2].fail_policy: is no string"));
  EXPECT_THAT(problems, HasSubstr("f:9: domain[3].name: example.com is named twice"));
  EXPECT_THAT(problems, HasSubstr("f:10: domain[3].policy.drain: is no value"));
  EXPECT_THAT(problems, HasSubstr("f:12: grant[1].identity: "));
  EXPECT_THAT(problems, HasSubstr("f:13: grant[1].verb: is none"));
  EXPECT_THAT(problems, HasSubstr("f:11: grant[1].scope: is missing"));
}

TEST(DocumentReader, BrokenTextIsToldWhereItBreaks) {
  EXPECT_THAT(Problems("[[domain]]\nname = \n"), HasSubstr("f:2: is not TOML: "));
  EXPECT_THAT(Problems("{\"domain\": [}"), HasSubstr("line 1, column 13"));
  EXPECT_THAT(Problems("{\"domain\": null}"), HasSubstr("null"));
  EXPECT_THAT(Problems("{\"domain\": " + std::string(100, '[') + std::string(100, ']') + "}"),
              HasSubstr("nest"));
  EXPECT_THAT(Problems("domain = 1"), HasSubstr("no array of tables"));
  EXPECT_THAT(Problems("domain = [1]"), HasSubstr("domain[1]: is no table"));
  EXPECT_THAT(Problems("[[domain]]\nname='e.com'\n[[domain.sender]]\nname='n'\n[[domain.sender]]\n"
                       "name='N'\n"),
              HasSubstr("names n twice"));
}

TEST(DocumentReader, AnEmptyDocumentNamesNothing) {
  const auto document = ReadDocument("", "f");
  ASSERT_TRUE(document);
  EXPECT_TRUE(document->domains.empty());
}

TEST(DocumentReader, TheExampleIsADocument) {
  std::ifstream file(DKIMKEEPER_EXAMPLE_DOCUMENT);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto document = ReadDocument(text, "example");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_FALSE(document->domains.empty());
  EXPECT_FALSE(document->grants.empty());
}

}  // namespace
}  // namespace dkimkeeper
