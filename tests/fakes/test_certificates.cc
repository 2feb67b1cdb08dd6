#include "tests/fakes/test_certificates.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cstdio>
#include <cstdlib>

namespace dkimkeeper {
namespace {

struct Freer {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
template <typename T>
using Owned = std::unique_ptr<T, Freer>;

void Must(bool done) {
  if (!done) std::abort();
}

Owned<std::FILE> Create(const std::filesystem::path& path) {
  Owned<std::FILE> file(std::fopen(path.c_str(), "w"));
  Must(file != nullptr);
  return file;
}

void WriteKey(const std::filesystem::path& path, EVP_PKEY* key) {
  Must(PEM_write_PrivateKey(Create(path).get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
}

void WriteCertificate(const std::filesystem::path& path, X509* certificate) {
  Must(PEM_write_X509(Create(path).get(), certificate) == 1);
}

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  Must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void SetName(X509_NAME* name, const std::string& common_name) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.c_str());
  Must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, bytes, -1, -1, 0) == 1);
}

// Signed by nobody yet.
Owned<X509> Draft(const std::string& common_name, long serial, EVP_PKEY* key) {
  constexpr long kHour = 3600;
  Owned<X509> certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kHour);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * kHour);
  SetName(X509_get_subject_name(certificate.get()), common_name);
  Must(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

}  // namespace

struct TestCa::Key {
  Owned<EVP_PKEY> key{EVP_EC_gen("P-256")};
  Owned<X509> certificate;
};

TestCa::TestCa(const std::string& name) : key_(std::make_unique<Key>()) {
  std::string pattern = (std::filesystem::temp_directory_path() / "keeper-ca-XXXXXX").string();
  Must(mkdtemp(pattern.data()) != nullptr);
  directory_ = pattern;
  key_->certificate = Draft(name, serial_++, key_->key.get());
  X509* ca = key_->certificate.get();
  X509_set_issuer_name(ca, X509_get_subject_name(ca));
  AddExtension(ca, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(ca, NID_key_usage, "critical,keyCertSign,cRLSign");
  Must(X509_sign(ca, key_->key.get(), EVP_sha256()) > 0);
  WriteCertificate(CaFile(), ca);
}

TestCa::~TestCa() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

CertificatePair TestCa::Issue(const std::string& name, const std::vector<std::string>& names) {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> leaf = Draft(name, serial_++, key.get());
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(key_->certificate.get()));
  std::string all;
  for (const std::string& each : names) all += (all.empty() ? "" : ",") + each;
  if (!all.empty()) AddExtension(leaf.get(), NID_subject_alt_name, all);
  AddExtension(leaf.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  Must(X509_sign(leaf.get(), key_->key.get(), EVP_sha256()) > 0);
  const CertificatePair files{.cert_file = (directory_ / (name + ".pem")).string(),
                              .key_file = (directory_ / (name + ".key")).string()};
  WriteCertificate(files.cert_file, leaf.get());
  WriteKey(files.key_file, key.get());
  return files;
}

}  // namespace dkimkeeper
