// Throwaway certificate authorities and certificates, in memory; test_certificates.h puts them into
// files.
#ifndef TESTS_FAKES_TEST_AUTHORITY_H_
#define TESTS_FAKES_TEST_AUTHORITY_H_

#include <openssl/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace dkimkeeper {

// A certificate and its private key, both PEM.
struct TestCertificate {
  std::string certificate;
  std::string key;
};

// What is written into a certificate.
struct TestCertificateSpec {
  std::string common_name = "test";
  // Subject alternative names in OpenSSL's notation: "DNS:localhost", "IP:127.0.0.1", "URI:…".
  std::vector<std::string> names = {};
  // Wide, so that it is valid for the real clock and for a ManualClock alike.
  std::chrono::sys_days not_before = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);
  std::chrono::sys_days not_after = std::chrono::sys_days(std::chrono::year(2099) / 1 / 1);
  int rsa_bits = 0;  // 0: a P-256 key
};

// What is written into a revocation list.
struct TestRevocationSpec {
  std::vector<TestCertificate> revoked = {};
  std::chrono::sys_days next_update = std::chrono::sys_days(std::chrono::year(2099) / 1 / 1);
  bool says_next_update = true;
  bool partial = false;  // with the critical extension of a delta
};

// A certificate authority with a P-256 key. Every failure aborts: it is a test's own.
class TestAuthority {
 public:
  // A self-signed root.
  explicit TestAuthority(const std::string& common_name);
  TestAuthority(TestAuthority&&) noexcept;
  ~TestAuthority();

  // An authority below this one.
  [[nodiscard]] TestAuthority IssueAuthority(const std::string& common_name) const;

  [[nodiscard]] TestCertificate Issue(const TestCertificateSpec& spec) const;
  // For localhost, 127.0.0.1 and ::1.
  [[nodiscard]] TestCertificate IssueServer() const;

  // PEM.
  [[nodiscard]] std::string IssueRevocationList(const TestRevocationSpec& spec) const;

  // Its own certificate.
  [[nodiscard]] const std::string& pem() const;

 private:
  struct Material;
  explicit TestAuthority(std::unique_ptr<Material> material);
  std::unique_ptr<Material> material_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_TEST_AUTHORITY_H_
