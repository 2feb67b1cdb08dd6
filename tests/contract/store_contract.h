// The fixture of the store contract and the values it commits.
#ifndef TESTS_CONTRACT_STORE_CONTRACT_H_
#define TESTS_CONTRACT_STORE_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/reason.h"
#include "server/store/key_store.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {

// One empty place that keeps things, and the handles on it.
class StoreBackend {
 public:
  StoreBackend() = default;
  StoreBackend(const StoreBackend&) = delete;
  StoreBackend& operator=(const StoreBackend&) = delete;
  virtual ~StoreBackend() = default;

  // A handle of its own on the same place. Fails the test and answers null where it cannot.
  [[nodiscard]] virtual std::shared_ptr<KeyStore> Open() = 0;
};

// What the contract runs on.
struct StoreKind {
  std::string name;
  // Null where the machine cannot run it.
  std::function<std::unique_ptr<StoreBackend>()> make;
};

class StoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override {
    backend_ = GetParam().make();
    if (!backend_) GTEST_SKIP() << "no " << GetParam().name << " here";
    Reopen();
    ASSERT_NE(store_, nullptr);
  }

  void Reopen() {
    store_.reset();
    store_ = backend_->Open();
  }

  // Commits on top of whatever is there.
  std::uint64_t Commit(const std::vector<Change>& changes,
                       const std::optional<RequestEntry>& request = {},
                       Timestamp forget_before = sample::Minute(-1000)) {
    const auto generation = store_->Commit(Loaded().generation, changes, request, forget_before);
    EXPECT_TRUE(generation) << generation.error().message;
    return generation.value_or(0);
  }

  Contents Loaded() {
    auto contents = store_->Load();
    EXPECT_TRUE(contents) << contents.error().message;
    return contents.value_or(Contents{});
  }

  std::optional<RequestEntry> Recorded(const RequestKey& key) {
    const auto request = store_->FindRequest(key);
    EXPECT_TRUE(request) << request.error().message;
    return request.value_or(std::nullopt);
  }

  // What a program that restarts sees.
  Contents Reloaded() {
    Reopen();
    return Loaded();
  }

  std::unique_ptr<StoreBackend> backend_;
  std::shared_ptr<KeyStore> store_;
};

inline DomainEntry EntryOf(std::string_view domain) {
  return {.domain = sample::DomainOf(domain),
          .allow_underscore = false,
          .fail_policy = FailPolicy::kTempfail,
          .senders = {Sender::Default()},
          .created_at = sample::Minute(0)};
}

inline RequestEntry RequestOf(std::string id, Timestamp at) {
  return {.key = {.caller = "dns:ops.example.com", .id = std::move(id)},
          .fingerprint = "00ff",
          .subject = "example.com/s1",
          .at = at};
}

inline Grant SignGrant(std::string_view domain, std::string_view sender) {
  return {sample::IdentityOf("dns:mx1.example.com"), Verb::kSign, sample::ScopeOf(domain, sender)};
}

inline std::vector<Key> KeysIn(const Contents& contents) {
  std::vector<Key> keys;
  std::ranges::transform(contents.keys, std::back_inserter(keys),
                         [](const auto& entry) { return *entry.second; });
  return keys;
}

inline std::vector<DomainEntry> DomainsIn(const Contents& contents) {
  std::vector<DomainEntry> domains;
  std::ranges::transform(contents.domains, std::back_inserter(domains),
                         [](const auto& entry) { return entry.second; });
  return domains;
}

inline void ExpectEmpty(const Contents& contents) {
  EXPECT_TRUE(contents.domains.empty());
  EXPECT_TRUE(contents.keys.empty());
  EXPECT_TRUE(contents.grants.empty());
  EXPECT_TRUE(contents.tokens.empty());
  EXPECT_TRUE(contents.former_keys.empty());
  EXPECT_TRUE(contents.reserved_selectors.empty());
  EXPECT_EQ(contents.waits_from, std::nullopt);
}

// What was not committed for a reason of the contract.
inline void ExpectChangedSinceRead(const Result<std::uint64_t>& generation) {
  ASSERT_FALSE(generation);
  EXPECT_EQ(generation.error().code, Code::kAborted);
  EXPECT_EQ(generation.error().reason, reason::kChangedSinceRead);
}

}  // namespace dkimkeeper

#endif  // TESTS_CONTRACT_STORE_CONTRACT_H_
