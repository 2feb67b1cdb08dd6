#include "server/tls/certificate_files.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "proto/base/read_file.h"
#include "proto/reason.h"
#include "server/tls/pem.h"
#include "server/tls/x509_time.h"

namespace dkimkeeper {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

tl::unexpected<Error> Refuse(const std::string& path, const std::string& what) {
  return Fail(Code::kFailedPrecondition, reason::kBadCertificate, path + ": " + what);
}

Outcome ReadInto(std::string& text, const std::string& path) {
  auto read = ReadFile(path, kMaxFileBytes);
  if (!read) {
    return Refuse(path, "cannot be read (" + read.error().message +
                            "); put the file there, readable by the daemon");
  }
  text = std::move(*read);
  return {};
}

Outcome CheckDates(const X509* certificate, const std::string& path, TimePoint now) {
  const ASN1_TIME* const begin = X509_get0_notBefore(certificate);
  const ASN1_TIME* const end = X509_get0_notAfter(certificate);
  if (now < X509Time(begin)) {
    return Refuse(path, "is not valid before " + X509Date(begin) +
                            "; check this host's clock, or have it issued anew");
  }
  if (now > X509Time(end)) {
    return Refuse(path, "expired at " + X509Date(end) + "; have it issued anew");
  }
  return {};
}

Outcome CheckChain(const std::vector<Certificate>& chain, const std::string& path) {
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    EVP_PKEY* const issuer_key = X509_get0_pubkey(chain[i + 1].get());
    const bool issued = X509_check_issued(chain[i + 1].get(), chain[i].get()) == X509_V_OK &&
                        issuer_key != nullptr && X509_verify(chain[i].get(), issuer_key) == 1;
    if (issued) continue;
    (void)TakeOpensslReason();
    return Refuse(path, "has certificate " + std::to_string(i + 2) + " that did not issue " +
                            std::to_string(i + 1) +
                            "; put the server's certificate first and its issuer next");
  }
  return {};
}

Outcome CheckKey(const std::vector<Certificate>& chain, EVP_PKEY* key,
                 const CertificatePaths& paths) {
  const auto is_its_key = [key](const Certificate& certificate) {
    return X509_check_private_key(certificate.get(), key) == 1;
  };
  const bool matches = is_its_key(chain.front());
  const bool matches_another = std::any_of(chain.begin() + 1, chain.end(), is_its_key);
  (void)TakeOpensslReason();
  if (matches) return {};
  if (matches_another) {
    return Refuse(
        paths.certificate,
        "does not begin with the server's certificate; put the one of " + paths.key + " first");
  }
  return Refuse(paths.key, "is not the key of " + paths.certificate +
                               "; put the two files of one certificate there");
}

// What the TLS library itself has to say, by the calls with which gRPC will load the set.
Outcome CheckTlsTakes(const std::vector<Certificate>& chain, EVP_PKEY* key,
                      const CertificatePaths& paths) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()),
                                                                  &SSL_CTX_free);
  bool taken = context != nullptr &&
               SSL_CTX_use_certificate(context.get(), chain.front().get()) == 1 &&
               SSL_CTX_use_PrivateKey(context.get(), key) == 1;
  for (std::size_t i = 1; taken && i < chain.size(); ++i) {
    taken = SSL_CTX_add1_chain_cert(context.get(), chain[i].get()) == 1;
  }
  if (taken) return {};
  return Refuse(paths.certificate,
                "is refused by OpenSSL (" + TakeOpensslReason() +
                    "); have it issued anew, with a P-256 or RSA-2048 key and SHA-256");
}

}  // namespace

Result<CertificateSet> ReadCertificateFiles(const CertificatePaths& paths) {
  CertificateSet set;
  for (const auto& [text, path] :
       {std::pair(&set.certificate, &paths.certificate), std::pair(&set.key, &paths.key),
        std::pair(&set.client_ca, &paths.client_ca)}) {
    if (const auto read = ReadInto(*text, *path); !read) return Forward(read);
  }
  return set;
}

Result<CertificateFacts> ValidateCertificates(const CertificateSet& set,
                                              const CertificatePaths& paths, TimePoint now) {
  const auto advice = [](const auto& parsed) {
    return parsed.error().message + "; write it anew as PEM";
  };
  const auto chain = ParseCertificates(set.certificate);
  if (!chain) return Refuse(paths.certificate, advice(chain));
  const auto key = ParsePrivateKey(set.key);
  if (!key) return Refuse(paths.key, advice(key));
  const auto authorities = ParseCertificates(set.client_ca);
  if (!authorities) return Refuse(paths.client_ca, advice(authorities));

  if (const auto good = CheckKey(*chain, key->get(), paths); !good) return Forward(good);
  if (const auto good = CheckChain(*chain, paths.certificate); !good) return Forward(good);
  CertificateFacts facts{.expires = TimePoint::max()};
  for (const Certificate& certificate : *chain) {
    const auto good = CheckDates(certificate.get(), paths.certificate, now);
    if (!good) return Forward(good);
    facts.expires = std::min(facts.expires, X509Time(X509_get0_notAfter(certificate.get())));
  }
  if (const auto good = CheckTlsTakes(*chain, key->get(), paths); !good) return Forward(good);
  return facts;
}

}  // namespace dkimkeeper
