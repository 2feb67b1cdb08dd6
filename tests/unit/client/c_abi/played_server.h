// A server that a test plays to a client in C, and what such clients do again and again.
#ifndef TESTS_UNIT_CLIENT_C_ABI_PLAYED_SERVER_H_
#define TESTS_UNIT_CLIENT_C_ABI_PLAYED_SERVER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/c_abi/client_handle.h"
#include "proto/reason.h"

namespace dkimkeeper {

// A signature is the digest, as often as the algorithm's length wants. Thread-safe while nothing is
// set.
class PlayedServer final : public Client {
 public:
  Result<std::string> SignOne(const DigestToSign& item) const {
    ++signatures;
    if (away) return tl::unexpected(Away());
    if (item.selector.str() == stale_selector) {
      Error stale{Code::kFailedPrecondition, std::string(reason::kSelectorNotActive), "it is over"};
      stale.current_selector = "fresh";
      return tl::unexpected(stale);
    }
    std::string signature;
    const int times = item.algorithm == Algorithm::kEd25519Sha256 ? 2 : 8;
    for (int i = 0; i < times; ++i) signature += item.digest.ToBytes();
    return signature;
  }

  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign> items) override {
    std::vector<Result<std::string>> results;
    for (const DigestToSign& item : items) results.push_back(SignOne(item));
    return results;
  }
  Outcome AcknowledgeKeys(std::uint64_t) override { return {}; }
  Result<std::string> SignDigest(const DigestToSign& item, const CallOptions&) override {
    return SignOne(item);
  }

  Result<SigningKeys> ListSigningKeys() override {
    if (accident) accident();
    if (away) return tl::unexpected(Away());
    return now;
  }
  Result<SigningKeys> ListSigningKeysOf(const Domain& domain, std::chrono::milliseconds) override {
    ++asked;
    if (away) return tl::unexpected(Away());
    SigningKeys of_domain{.generation = now.generation, .keys = {}};
    for (const SigningKey& key : now.keys) {
      if (key.domain == domain) of_domain.keys.push_back(key);
    }
    return of_domain;
  }
  Result<std::shared_ptr<const SigningKeys>> WatchedSigningKeys() override {
    if (away) return tl::unexpected(Away());
    return std::make_shared<const SigningKeys>(watched.value_or(now));
  }

  SigningKeys now;                     // what the server has
  std::optional<SigningKeys> watched;  // what the watch has heard, where that is something else
  bool away = false;
  std::string stale_selector;
  std::function<void()> accident;  // runs in ListSigningKeys
  mutable std::atomic<int> signatures = 0;
  std::atomic<int> asked = 0;

 private:
  static Error Away() {
    Error away{Code::kUnavailable, std::string(reason::kServerAway), "no server answers"};
    away.retry_after = std::chrono::milliseconds(250);
    return away;
  }
};

[[nodiscard]] inline SigningKey KeyOf(std::string_view domain, std::string_view selector,
                                      Algorithm algorithm = Algorithm::kRsaSha256,
                                      std::string_view sender = "default") {
  return {.domain = Domain::Parse(domain).value(),
          .sender = Sender::Parse(sender).value(),
          .selector = Selector::Parse(selector).value(),
          .algorithm = algorithm,
          .fail_policy = FailPolicy::kTempfail,
          .signs_until_ms = {}};
}

// A client in C of a server that is played.
class PlayedClient {
 public:
  PlayedClient()
      : server_(std::make_shared<PlayedServer>()),
        handle_(new dkimkeeper_client{server_, std::chrono::seconds(5)}) {}
  PlayedClient(const PlayedClient&) = delete;
  PlayedClient& operator=(const PlayedClient&) = delete;
  ~PlayedClient() { Free(); }

  void Free() { dkimkeeper_client_free(std::exchange(handle_, nullptr)); }
  [[nodiscard]] PlayedServer& server() { return *server_; }
  [[nodiscard]] dkimkeeper_client* get() const { return handle_; }

 private:
  std::shared_ptr<PlayedServer> server_;
  dkimkeeper_client* handle_;
};

// "CODE/REASON" of an error, which it frees; "" where there is none.
[[nodiscard]] inline std::string TakeError(dkimkeeper_error* error) {
  if (error == nullptr) return "";
  std::string text = dkimkeeper_code_name(dkimkeeper_error_code(error));
  text.append("/").append(dkimkeeper_error_reason(error));
  dkimkeeper_error_free(error);
  return text;
}

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_CLIENT_C_ABI_PLAYED_SERVER_H_
