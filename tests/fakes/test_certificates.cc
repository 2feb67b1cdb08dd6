#include "tests/fakes/test_certificates.h"

#include <stdlib.h>  // mkdtemp is POSIX's: <cstdlib> does not promise it

#include <cstdlib>
#include <fstream>
#include <system_error>

namespace dkimkeeper {
namespace {

void Write(const std::filesystem::path& path, const std::string& text) {
  if (!(std::ofstream(path, std::ios::binary) << text)) std::abort();
}

}  // namespace

TestCa::TestCa(const std::string& name) : authority_(name) {
  std::string pattern = (std::filesystem::temp_directory_path() / "keeper-ca-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  directory_ = pattern;
  Write(CaFile(), authority_.pem());
}

TestCa::~TestCa() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

CertificatePair TestCa::Issue(const std::string& name, const std::vector<std::string>& names) {
  const TestCertificate leaf = authority_.Issue({.common_name = name, .names = names});
  CertificatePair files{.cert_file = (directory_ / (name + ".pem")).string(),
                        .key_file = (directory_ / (name + ".key")).string()};
  Write(files.cert_file, leaf.certificate);
  Write(files.key_file, leaf.key);
  return files;
}

}  // namespace dkimkeeper
