#include <algorithm>
#include <string>
#include <utility>

#include "client/c_abi/arguments.h"
#include "client/c_abi/client_handle.h"
#include "client/c_abi/error.h"

using namespace dkimkeeper;

namespace {

struct GivenDigest {
  const char* domain;
  const char* selector;
  int algorithm;
  const unsigned char* bytes;
  std::size_t length;
};

Result<DigestToSign> Read(const GivenDigest& given) {
  if (Outcome there = Given(given.domain != nullptr, "the domain"); !there) return Forward(there);
  if (Outcome there = Given(given.selector != nullptr, "the selector"); !there)
    return Forward(there);
  Result<Domain> domain = Domain::Parse(given.domain);
  if (!domain) return Forward(domain);
  Result<Selector> selector = Selector::Parse(given.selector, Underscore::kAllowed);
  if (!selector) return Forward(selector);
  const Result<Algorithm> algorithm = AlgorithmNumbered(given.algorithm);
  if (!algorithm) return Forward(algorithm);
  const Result<std::string_view> bytes = Bytes(given.bytes, given.length);
  if (!bytes) return Forward(bytes);
  const Result<Sha256Digest> digest = Sha256Digest::FromBytes(*bytes);
  if (!digest) return Forward(digest);
  return DigestToSign{*std::move(domain), *std::move(selector), *algorithm, *digest};
}

Outcome Put(const std::string& signature, unsigned char* place, std::size_t& length) {
  const std::size_t room = std::exchange(length, signature.size());
  if (signature.size() > room) {
    return BadArgument("the signature has " + std::to_string(signature.size()) +
                       " bytes, there is room for " + std::to_string(room) +
                       "; DKIMKEEPER_SIGNATURE_LENGTH is always enough");
  }
  std::copy(signature.begin(), signature.end(), place);
  return {};
}

}  // namespace

dkimkeeper_code dkimkeeper_sign_digest(dkimkeeper_client* client, const char* domain,
                                       const char* selector, int algorithm,
                                       const unsigned char* digest, size_t digest_length,
                                       unsigned char* signature, size_t* signature_length,
                                       dkimkeeper_error** error) {
  return Guarded(error, [&]() -> Outcome {
    if (Outcome given = Given(client != nullptr, "the client"); !given) return given;
    if (Outcome given = Given(signature != nullptr, "where to put the signature"); !given)
      return given;
    if (Outcome given = Given(signature_length != nullptr, "signature_length"); !given)
      return given;
    const Result<DigestToSign> item = Read({domain, selector, algorithm, digest, digest_length});
    if (!item) return Forward(item);
    const Result<std::string> made = std::move(client->client->SignDigests({&*item, 1}).front());
    if (!made) return Forward(made);
    return Put(*made, signature, *signature_length);
  });
}
