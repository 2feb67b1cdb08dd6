// A certificate authority for one test, in a directory of its own.
#ifndef TESTS_FAKES_TEST_CERTIFICATES_H_
#define TESTS_FAKES_TEST_CERTIFICATES_H_

#include <filesystem>
#include <string>
#include <vector>

#include "tests/fakes/test_authority.h"

namespace dkimkeeper {

struct CertificatePair {
  std::string cert_file;
  std::string key_file;
};

// P-256 keys. Aborts when anything fails: a test without certificates is no test. Not thread-safe.
class TestCa {
 public:
  // Makes a new directory below the temporary one; `name` is the CA's common name.
  explicit TestCa(const std::string& name);
  TestCa(const TestCa&) = delete;
  TestCa& operator=(const TestCa&) = delete;
  ~TestCa();  // removes the directory

  [[nodiscard]] std::string CaFile() const { return (directory_ / "ca.pem").string(); }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  // A leaf for server and client use. `names` are subject alternative names in OpenSSL's notation:
  // "DNS:localhost", "IP:127.0.0.1", "URI:spiffe://…". The files are <name>.pem, <name>.key.
  CertificatePair Issue(const std::string& name, const std::vector<std::string>& names);

 private:
  TestAuthority authority_;
  std::filesystem::path directory_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_TEST_CERTIFICATES_H_
