#include "tests/fakes/test_authority.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>

namespace dkimkeeper {
namespace {

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_CRL* list) const { X509_CRL_free(list); }
  void operator()(ASN1_STRING* value) const { ASN1_STRING_free(value); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using X509Ptr = std::unique_ptr<X509, Free>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;

// OpenSSL answers 1 (or something) where it could.
template <typename T>
T Must(T result) {
  if (result) return result;
  static_cast<void>(std::fputs("cannot make a test certificate\n", stderr));
  std::abort();
}

KeyPtr NewKey(int rsa_bits) {
  return KeyPtr(
      Must(rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(static_cast<unsigned>(rsa_bits))));
}

std::string Text(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string CertificatePem(X509* certificate) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  Must(PEM_write_bio_X509(bio.get(), certificate));
  return Text(bio.get());
}

std::string KeyPem(EVP_PKEY* key) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  Must(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr));
  return Text(bio.get());
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(
      Must(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())));
  Must(X509_add_ext(certificate, extension.get(), -1));
}

// By way of system_clock, whose nanoseconds end in 2262, the year 9999 would be another one.
std::time_t Seconds(std::chrono::sys_days day) {
  return std::chrono::sys_seconds(day).time_since_epoch().count();
}

// Subject, dates and key; unsigned. Issued by nobody yet.
X509Ptr Blank(const TestCertificateSpec& spec, EVP_PKEY* key) {
  X509Ptr certificate(Must(X509_new()));
  std::uint64_t serial = 0;
  Must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial));
  X509_set_version(certificate.get(), X509_VERSION_3);
  Must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1));
  Must(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), Seconds(spec.not_before)));
  Must(ASN1_TIME_set(X509_getm_notAfter(certificate.get()), Seconds(spec.not_after)));
  Must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(spec.common_name.c_str()),
                                  -1, -1, 0));
  Must(X509_set_pubkey(certificate.get(), key));
  return certificate;
}

void Sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  Must(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)));
  Must(X509_sign(certificate, issuer_key, EVP_sha256()));
}

void MakeAuthority(X509* certificate, X509* issuer) {
  AddExtension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(certificate, issuer, NID_subject_key_identifier, "hash");
}

}  // namespace

struct TestAuthority::Material {
  KeyPtr key;
  X509Ptr certificate;
  std::string pem;
};

TestAuthority::TestAuthority(std::unique_ptr<Material> material) : material_(std::move(material)) {
  material_->pem = CertificatePem(material_->certificate.get());
}
TestAuthority::TestAuthority(TestAuthority&&) noexcept = default;
TestAuthority::~TestAuthority() = default;

TestAuthority::TestAuthority(const std::string& common_name)
    : material_(std::make_unique<Material>()) {
  material_->key = NewKey(0);
  material_->certificate = Blank({.common_name = common_name}, material_->key.get());
  X509* const certificate = material_->certificate.get();
  MakeAuthority(certificate, certificate);
  Sign(certificate, certificate, material_->key.get());
  material_->pem = CertificatePem(certificate);
}

TestAuthority TestAuthority::IssueAuthority(const std::string& common_name) const {
  auto below = std::make_unique<Material>();
  below->key = NewKey(0);
  below->certificate = Blank({.common_name = common_name}, below->key.get());
  MakeAuthority(below->certificate.get(), material_->certificate.get());
  Sign(below->certificate.get(), material_->certificate.get(), material_->key.get());
  return TestAuthority(std::move(below));
}

TestCertificate TestAuthority::Issue(const TestCertificateSpec& spec) const {
  const KeyPtr key = NewKey(spec.rsa_bits);
  const X509Ptr certificate = Blank(spec, key.get());
  X509* const issuer = material_->certificate.get();
  AddExtension(certificate.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(certificate.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  std::string names;
  for (const std::string& name : spec.names) names += (names.empty() ? "" : ",") + name;
  if (!names.empty()) AddExtension(certificate.get(), issuer, NID_subject_alt_name, names);
  Sign(certificate.get(), issuer, material_->key.get());
  return {.certificate = CertificatePem(certificate.get()), .key = KeyPem(key.get())};
}

TestCertificate TestAuthority::IssueServer() const {
  return Issue({.common_name = "localhost", .names = {"DNS:localhost", "IP:127.0.0.1", "IP:::1"}});
}

std::string TestAuthority::IssueRevocationList(const TestRevocationSpec& spec) const {
  const std::unique_ptr<X509_CRL, Free> list(Must(X509_CRL_new()));
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  Must(X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(material_->certificate.get())));
  const std::unique_ptr<ASN1_TIME, Free> time(ASN1_TIME_new());
  Must(ASN1_TIME_set(time.get(), Seconds(std::chrono::sys_days(std::chrono::year(2025) / 1 / 1))));
  Must(X509_CRL_set1_lastUpdate(list.get(), time.get()));
  for (const TestCertificate& certificate : spec.revoked) {
    const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(certificate.certificate.data(), -1));
    const X509Ptr parsed(Must(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)));
    X509_REVOKED* const entry = Must(X509_REVOKED_new());
    Must(X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(parsed.get())));
    Must(X509_REVOKED_set_revocationDate(entry, time.get()));
    Must(X509_CRL_add0_revoked(list.get(), entry));
  }
  if (spec.says_next_update) {
    Must(ASN1_TIME_set(time.get(), Seconds(spec.next_update)));
    Must(X509_CRL_set1_nextUpdate(list.get(), time.get()));
  }
  if (spec.partial) {
    const std::unique_ptr<ASN1_INTEGER, Free> base(ASN1_INTEGER_new());
    Must(ASN1_INTEGER_set(base.get(), 1));
    Must(X509_CRL_add1_ext_i2d(list.get(), NID_delta_crl, base.get(), 1, 0));
  }
  Must(X509_CRL_sort(list.get()));
  Must(X509_CRL_sign(list.get(), material_->key.get(), EVP_sha256()));
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  Must(PEM_write_bio_X509_CRL(bio.get(), list.get()));
  return Text(bio.get());
}

const std::string& TestAuthority::pem() const { return material_->pem; }

}  // namespace dkimkeeper
