// A registry over a store in memory, and changes to make in it.
#ifndef TESTS_UNIT_SERVER_REGISTRY_REGISTRY_FIXTURE_H_
#define TESTS_UNIT_SERVER_REGISTRY_REGISTRY_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/store/registry.h"
#include "tests/fakes/memory_store.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {

class RegistryFixture : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Registry> Open() {
    auto registry = Registry::Open(store_, {});
    EXPECT_TRUE(registry);
    return *std::move(registry);
  }

  [[nodiscard]] static Decision Add(std::string_view domain) {
    return {{PutDomain{{.domain = sample::DomainOf(domain),
                        .allow_underscore = false,
                        .fail_policy = FailPolicy::kTempfail,
                        .senders = {Sender::Default()},
                        .created_at = sample::Minute(0)}}},
            std::string(domain)};
  }
  // Adds that domain whatever the picture is.
  [[nodiscard]] static Registry::Decide Adding(std::string domain) {
    return [domain = std::move(domain)](const View&) -> Result<Decision> { return Add(domain); };
  }
  [[nodiscard]] static Mutation Request(std::string id, std::string fingerprint = "f",
                                        std::string_view caller = "unix:a") {
    return {sample::IdentityOf(caller), std::move(id), std::move(fingerprint)};
  }
  [[nodiscard]] static bool Knows(const View& view, std::string_view domain) {
    return view.contents.domains.contains(sample::DomainOf(domain));
  }

  MemoryStore store_;
  std::unique_ptr<Registry> registry_ = Open();
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_REGISTRY_REGISTRY_FIXTURE_H_
