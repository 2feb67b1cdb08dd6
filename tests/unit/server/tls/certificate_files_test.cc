#include "server/tls/certificate_files.h"

#include <gmock/gmock.h>

#include <string>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/test_authority.h"
#include "tests/unit/server/tls/files.h"

namespace dkimkeeper {
namespace {

using std::chrono::sys_days;
using std::chrono::year;
using testing::HasSubstr;

const CertificatePaths kPaths = {
    .certificate = "server.pem", .key = "server.key", .client_ca = "ca.pem"};

class CertificateFilesTest : public testing::Test {
 protected:
  // Empty for a right set; else the error's message, after its code and reason were looked at.
  std::string Verdict(const CertificateSet& set) const {
    const auto facts = ValidateCertificates(set, kPaths, clock_.Now());
    if (facts) return "";
    EXPECT_EQ(facts.error().code, Code::kFailedPrecondition);
    EXPECT_EQ(facts.error().reason, "BAD_CERTIFICATE");
    EXPECT_THAT(facts.error().message, testing::Not(HasSubstr("-----")));
    return facts.error().message;
  }

  std::string In(const char* name) const { return (directory_.path() / name).string(); }

  const TempDir directory_;
  ManualClock clock_;  // 2026-01-01
  const TestAuthority root_{"root"};
  const TestAuthority between_ = root_.IssueAuthority("between");
  const TestCertificate server_ = root_.IssueServer();
  const TestCertificate other_ = root_.IssueServer();
  const CertificateSet good_{server_.certificate, server_.key, root_.pem()};
};

TEST_F(CertificateFilesTest, RightSetIsTaken) { EXPECT_EQ(Verdict(good_), ""); }

TEST_F(CertificateFilesTest, ChainLeafFirstIsTaken) {
  const TestCertificate leaf = between_.IssueServer();
  EXPECT_EQ(Verdict({leaf.certificate + between_.pem(), leaf.key, root_.pem()}), "");
  EXPECT_EQ(Verdict({leaf.certificate + between_.pem() + root_.pem(), leaf.key, root_.pem()}), "");
}

TEST_F(CertificateFilesTest, TextBetweenCertificatesIsTaken) {
  EXPECT_EQ(Verdict({server_.certificate, server_.key,
                     "the root:\n" + root_.pem() + "the next\n" + between_.pem()}),
            "");
}

TEST_F(CertificateFilesTest, FirstOfTheChainToExpireCounts) {
  const TestCertificate leaf = root_.Issue({.not_after = sys_days(year(2026) / 2 / 1)});
  const auto facts = ValidateCertificates({leaf.certificate + root_.pem(), leaf.key, root_.pem()},
                                          kPaths, clock_.Now());
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->expires, sys_days(year(2026) / 2 / 1));
}

TEST_F(CertificateFilesTest, KeyOfAnotherCertificateIsRefused) {
  EXPECT_EQ(Verdict({server_.certificate, other_.key, root_.pem()}),
            "server.key: is not the key of server.pem; put the two files of one certificate there");
}

TEST_F(CertificateFilesTest, ChainInWrongOrderIsRefused) {
  const TestCertificate leaf = between_.IssueServer();
  EXPECT_EQ(Verdict({between_.pem() + leaf.certificate, leaf.key, root_.pem()}),
            "server.pem: does not begin with the server's certificate; put the one of server.key "
            "first");
  EXPECT_EQ(Verdict({leaf.certificate + root_.pem() + between_.pem(), leaf.key, root_.pem()}),
            "server.pem: has certificate 2 that did not issue 1; put the server's certificate "
            "first and its issuer next");
}

TEST_F(CertificateFilesTest, IssuerOfTheSameNameButAnotherKeyIsRefused) {
  const TestAuthority imposter("root");
  EXPECT_THAT(Verdict({server_.certificate + imposter.pem(), server_.key, root_.pem()}),
              HasSubstr("did not issue"));
}

TEST_F(CertificateFilesTest, ExpiredIsRefused) {
  const TestCertificate leaf = root_.Issue({.not_after = sys_days(year(2025) / 12 / 31)});
  EXPECT_EQ(Verdict({leaf.certificate, leaf.key, root_.pem()}),
            "server.pem: expired at 2025-12-31T00:00:00Z; have it issued anew");
}

TEST_F(CertificateFilesTest, NotYetValidIsRefused) {
  const TestCertificate leaf = root_.Issue({.not_before = sys_days(year(2026) / 1 / 2)});
  EXPECT_EQ(Verdict({leaf.certificate, leaf.key, root_.pem()}),
            "server.pem: is not valid before 2026-01-02T00:00:00Z; check this host's clock, or "
            "have it issued anew");
}

TEST_F(CertificateFilesTest, KeyTooShortForTlsIsRefused) {
  const TestCertificate leaf = root_.Issue({.rsa_bits = 1024});
  EXPECT_THAT(Verdict({leaf.certificate, leaf.key, root_.pem()}),
              HasSubstr("server.pem: is refused by OpenSSL (ee key too small)"));
}

TEST_F(CertificateFilesTest, EmptyClientCaIsRefused) {
  EXPECT_EQ(Verdict({server_.certificate, server_.key, ""}),
            "ca.pem: holds no certificate; write it anew as PEM");
  EXPECT_EQ(Verdict({server_.certificate, server_.key, server_.key}),
            "ca.pem: holds no certificate; write it anew as PEM");
}

TEST_F(CertificateFilesTest, DamagedSecondAuthorityIsRefused) {
  std::string damaged = between_.pem();
  damaged[damaged.size() / 2] = '!';
  EXPECT_THAT(Verdict({server_.certificate, server_.key, root_.pem() + damaged}),
              HasSubstr("ca.pem: has a certificate, number 2, that is damaged or cut short"));
}

TEST_F(CertificateFilesTest, GarbageIsRefused) {
  EXPECT_EQ(Verdict({"garbage", server_.key, root_.pem()}),
            "server.pem: holds no certificate; write it anew as PEM");
  EXPECT_THAT(Verdict({server_.certificate, "garbage", root_.pem()}),
              HasSubstr("server.key: holds no private key that can be read without a passphrase"));
}

TEST_F(CertificateFilesTest, EveryCutOfAFileIsRefused) {
  for (std::size_t size = 0; size + 1 < server_.certificate.size(); ++size) {
    ASSERT_NE(Verdict({server_.certificate.substr(0, size), server_.key, root_.pem()}), "") << size;
  }
  for (std::size_t size = 0; size + 1 < server_.key.size(); ++size) {
    ASSERT_NE(Verdict({server_.certificate, server_.key.substr(0, size), root_.pem()}), "") << size;
  }
  for (std::size_t size = 0; size + 1 < root_.pem().size(); ++size) {
    ASSERT_NE(Verdict({server_.certificate, server_.key, root_.pem().substr(0, size)}), "") << size;
  }
}

TEST_F(CertificateFilesTest, ReadsTheThreeFilesAndNamesTheOneThatIsMissing) {
  const CertificatePaths paths = {In("c"), In("k"), In("ca")};
  WriteText(In("c"), "1");
  WriteText(In("ca"), "3");
  const auto refused = ReadCertificateFiles(paths);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "BAD_CERTIFICATE");
  EXPECT_EQ(refused.error().message, paths.key +
                                         ": cannot be read (No such file or directory); put "
                                         "the file there, readable by the daemon");
  WriteText(In("k"), "2");
  const auto set = ReadCertificateFiles(paths);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->certificate + set->key + set->client_ca, "123");
}

}  // namespace
}  // namespace dkimkeeper
