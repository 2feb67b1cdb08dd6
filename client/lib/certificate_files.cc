#include "client/lib/certificate_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

struct Freer {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, Freer>;

tl::unexpected<Error> BadFile(std::string message) {
  ERR_clear_error();
  return Fail(Code::kFailedPrecondition, reason::kBadCertificate, std::move(message));
}

Result<Owned<BIO>> OpenFile(const char* what, const std::string& path) {
  errno = 0;
  Owned<BIO> file(BIO_new_file(path.c_str(), "r"));
  if (file != nullptr) return file;
  const std::string why = std::generic_category().message(errno);
  return BadFile(std::string("cannot read the ") + what + " file " + path + ": " + why);
}

Result<Owned<X509>> ReadCertificate(const char* what, const std::string& path) {
  const Result<Owned<BIO>> file = OpenFile(what, path);
  if (!file) return Forward(file);
  Owned<X509> certificate(PEM_read_bio_X509(file->get(), nullptr, nullptr, nullptr));
  if (certificate != nullptr) return certificate;
  return BadFile(std::string("the ") + what + " file " + path + " holds no certificate in PEM");
}

// Without this, OpenSSL would ask at the terminal.
int NoPassPhrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return -1; }

Result<Owned<EVP_PKEY>> ReadKey(const std::string& path) {
  const Result<Owned<BIO>> file = OpenFile("client key", path);
  if (!file) return Forward(file);
  Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(file->get(), nullptr, NoPassPhrase, nullptr));
  if (key != nullptr) return key;
  return BadFile("the client key file " + path +
                 " holds no private key in PEM without a pass phrase");
}

}  // namespace

Outcome CheckCertificateFiles(const std::string& ca_file, const std::string& cert_file,
                              const std::string& key_file) {
  if (const auto ca = ReadCertificate("CA", ca_file); !ca) return Forward(ca);
  const auto certificate = ReadCertificate("client certificate", cert_file);
  if (!certificate) return Forward(certificate);
  const auto key = ReadKey(key_file);
  if (!key) return Forward(key);
  if (X509_check_private_key(certificate->get(), key->get()) != 1) {
    return BadFile("the key in " + key_file + " does not belong to the certificate in " +
                   cert_file);
  }
  return {};
}

}  // namespace dkimkeeper
