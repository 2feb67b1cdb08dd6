#include "server/tls/revocation_list.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <climits>
#include <string>
#include <utility>

#include "proto/reason.h"
#include "server/tls/x509_time.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Refuse(std::string message) {
  return Fail(Code::kFailedPrecondition, reason::kBadCertificate, std::move(message));
}

bool IsSignedBy(X509_CRL* list, const Certificate& authority) {
  if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(authority.get())) != 0) {
    return false;
  }
  EVP_PKEY* const key = X509_get0_pubkey(authority.get());
  return key != nullptr && X509_CRL_verify(list, key) == 1;
}

bool HasCriticalExtension(const X509_CRL* list) {
  for (int i = 0; i < X509_CRL_get_ext_count(list); ++i) {
    if (X509_EXTENSION_get_critical(X509_CRL_get_ext(list, i)) != 0) return true;
  }
  return false;
}

Outcome Check(X509_CRL* list, const std::vector<Certificate>& authorities) {
  const bool signed_right = std::ranges::any_of(
      authorities, [list](const Certificate& authority) { return IsSignedBy(list, authority); });
  (void)TakeOpensslReason();
  if (!signed_right) {
    return Refuse(
        "is signed by no authority of [tls] client_ca; get the list of the authority "
        "that issues the client certificates");
  }
  if (X509_CRL_get0_nextUpdate(list) == nullptr) {
    return Refuse("does not say when its successor comes; have it made with a next update");
  }
  // RFC 5280 §5.2: what a critical extension limits cannot be taken for the whole.
  if (HasCriticalExtension(list)) {
    return Refuse("is only part of a list (it has a critical extension); get the complete one");
  }
  return {};
}

}  // namespace

RevocationList::RevocationList(Handle list)
    : list_(std::move(list)), next_update_(X509Time(X509_CRL_get0_nextUpdate(list_.get()))) {}

Result<std::vector<RevocationList>> RevocationList::Parse(
    std::string_view pem, const std::vector<Certificate>& authorities) {
  if (pem.size() > INT_MAX) return Refuse("is too large");
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  std::vector<RevocationList> lists;
  while (Handle read{PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)}) {
    if (const Outcome good = Check(read.get(), authorities); !good) return Forward(good);
    lists.push_back(RevocationList(std::move(read)));
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string reason = TakeOpensslReason();
  if (!at_end) return Refuse("is damaged or cut short (" + reason + ")");
  if (lists.empty()) return Refuse("holds no revocation list; write one there as PEM");
  return lists;
}

bool RevocationList::IsOfIssuerOf(const X509* certificate) const {
  return X509_NAME_cmp(X509_CRL_get_issuer(list_.get()), X509_get_issuer_name(certificate)) == 0;
}

bool RevocationList::Revokes(X509* certificate) const {
  X509_REVOKED* entry = nullptr;
  return X509_CRL_get0_by_serial(list_.get(), &entry, X509_get_serialNumber(certificate)) == 1;
}

}  // namespace dkimkeeper
