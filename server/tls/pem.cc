#include "server/tls/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <climits>
#include <cstddef>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, BioFree>;

Bio Reader(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

tl::unexpected<Error> Refuse(std::string message) {
  return Fail(Code::kFailedPrecondition, reason::kBadCertificate, std::move(message));
}

std::size_t Count(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

int NoPassphrase(char*, int, int, void*) { return -1; }

}  // namespace

std::string TakeOpensslReason() {
  const char* const text = ERR_reason_error_string(ERR_peek_last_error());
  std::string reason = text == nullptr ? "no reason given" : text;
  ERR_clear_error();
  return reason;
}

Result<std::vector<Certificate>> ParseCertificates(std::string_view pem) {
  if (pem.size() > INT_MAX) return Refuse("is too large");
  const Bio bio = Reader(pem);
  std::vector<Certificate> certificates;
  while (X509* const read = PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)) {
    certificates.emplace_back(read);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string reason = TakeOpensslReason();
  // A file that is being written may end inside a line that begins a block.
  if (!at_end || Count(pem, "-----BEGIN ") != Count(pem, "-----END ")) {
    return Refuse("has a certificate, number " + std::to_string(certificates.size() + 1) +
                  ", that is damaged or cut short (" + reason + ")");
  }
  if (certificates.empty()) return Refuse("holds no certificate");
  return certificates;
}

Result<PrivateKey> ParsePrivateKey(std::string_view pem) {
  if (pem.size() > INT_MAX) return Refuse("is too large");
  PrivateKey key(PEM_read_bio_PrivateKey(Reader(pem).get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr) {
    return Refuse("holds no private key that can be read without a passphrase (" +
                  TakeOpensslReason() + ")");
  }
  return key;
}

}  // namespace dkimkeeper
