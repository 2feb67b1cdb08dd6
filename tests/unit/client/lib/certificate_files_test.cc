#include "client/lib/certificate_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/reason.h"
#include "tests/fakes/test_certificates.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

class CertificateFilesTest : public testing::Test {
 protected:
  void Refused(const std::string& ca, const std::string& certificate, const std::string& key,
               const std::string& words) {
    const Outcome checked = CheckCertificateFiles(ca, certificate, key);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Code::kFailedPrecondition);
    EXPECT_EQ(checked.error().reason, reason::kBadCertificate);
    EXPECT_THAT(checked.error().message, HasSubstr(words));
  }

  TestCa ca_{"ca"};
  CertificatePair pair_ = ca_.Issue("client", {"URI:spiffe://test/client"});
};

TEST_F(CertificateFilesTest, FittingFilesPass) {
  EXPECT_TRUE(CheckCertificateFiles(ca_.CaFile(), pair_.cert_file, pair_.key_file));
}

TEST_F(CertificateFilesTest, AMissingFileIsNamed) {
  Refused(ca_.CaFile(), "/nowhere/cert.pem", pair_.key_file,
          "client certificate file /nowhere/cert.pem: No such file");
  Refused("/nowhere/ca.pem", pair_.cert_file, pair_.key_file, "CA file /nowhere/ca.pem");
  Refused(ca_.CaFile(), pair_.cert_file, "/nowhere/key.pem", "client key file /nowhere/key.pem");
}

TEST_F(CertificateFilesTest, AFileOfSomethingElseIsNamed) {
  Refused(ca_.CaFile(), pair_.key_file, pair_.key_file, "holds no certificate in PEM");
  Refused(ca_.CaFile(), pair_.cert_file, pair_.cert_file, "holds no private key");
}

TEST_F(CertificateFilesTest, AnotherCertificatesKeyIsRefused) {
  const CertificatePair other = ca_.Issue("other", {"URI:spiffe://test/other"});
  Refused(ca_.CaFile(), pair_.cert_file, other.key_file, "does not belong to the certificate");
}

}  // namespace
}  // namespace dkimkeeper
