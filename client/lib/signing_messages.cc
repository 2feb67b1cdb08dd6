#include "client/lib/signing_messages.h"

#include <grpcpp/support/status.h>

#include <optional>
#include <utility>

#include "proto/grpc_status.h"

namespace dkimkeeper {
namespace {

std::optional<Algorithm> FromMessage(v1::Algorithm algorithm) {
  if (algorithm == v1::ALGORITHM_RSA_SHA256) return Algorithm::kRsaSha256;
  if (algorithm == v1::ALGORITHM_ED25519_SHA256) return Algorithm::kEd25519Sha256;
  return std::nullopt;
}

FailPolicy FromMessage(v1::FailPolicy policy) {
  return policy == v1::FAIL_POLICY_UNSIGNED ? FailPolicy::kUnsigned : FailPolicy::kTempfail;
}

std::optional<SigningKey> FromMessage(const v1::SigningKey& message) {
  Result<Domain> domain = Domain::Parse(message.domain());
  Result<Sender> sender = Sender::Parse(message.sender());
  Result<Selector> selector = Selector::Parse(message.selector(), Underscore::kAllowed);
  const std::optional<Algorithm> algorithm = FromMessage(message.algorithm());
  if (!domain || !sender || !selector || !algorithm) return std::nullopt;
  SigningKey key{.domain = *std::move(domain),
                 .sender = *std::move(sender),
                 .selector = *std::move(selector),
                 .algorithm = *algorithm,
                 .fail_policy = FromMessage(message.fail_policy()),
                 .signs_until_ms = std::nullopt};
  if (message.signs_until_ms() != 0) key.signs_until_ms = message.signs_until_ms();
  key.headers_required = message.headers_required();
  if (!message.public_key().empty()) key.public_key = {*algorithm, message.public_key()};
  return key;
}

}  // namespace

v1::Algorithm ToMessage(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kRsaSha256:
      return v1::ALGORITHM_RSA_SHA256;
    case Algorithm::kEd25519Sha256:
      return v1::ALGORITHM_ED25519_SHA256;
  }
  return v1::ALGORITHM_UNSPECIFIED;
}

SigningKeys FromMessage(const v1::ListSigningKeysResponse& message) {
  SigningKeys keys{.generation = message.generation(), .keys = {}};
  keys.keys.reserve(static_cast<std::size_t>(message.keys_size()));
  for (const v1::SigningKey& each : message.keys()) {
    if (std::optional<SigningKey> key = FromMessage(each)) keys.keys.push_back(*std::move(key));
  }
  return keys;
}

v1::SignDigestRequest ToMessage(const DigestToSign& item, const std::string& note) {
  v1::SignDigestRequest request;
  request.set_domain(item.domain.str());
  request.set_selector(item.selector.str());
  request.set_algorithm(ToMessage(item.algorithm));
  request.set_digest(item.digest.ToBytes());
  request.set_note(note);
  return request;
}

v1::SignHeadersRequest ToHeadersMessage(const DigestToSign& item, const std::string& note) {
  v1::SignHeadersRequest request;
  request.set_header_block(item.header_block);
  request.set_domain(item.domain.str());
  request.set_selector(item.selector.str());
  request.set_algorithm(ToMessage(item.algorithm));
  request.set_note(note);
  return request;
}

Result<std::string> FromMessage(const v1::SignDigestsResult& message) {
  if (message.code() == 0) return message.signature();
  return tl::unexpected(
      FromGrpcStatus(grpc::Status(static_cast<grpc::StatusCode>(message.code()), message.message(),
                                  message.detail().SerializeAsString())));
}

}  // namespace dkimkeeper
