// The publisher contract on the fake and on the real ones.
#include "tests/contract/publisher_contract.h"
#include "tests/fakes/memory_publisher.h"

namespace dkimkeeper {
namespace {

class MemoryBackend final : public PublisherBackend {
 public:
  Publisher& publisher() override { return publisher_; }
  StandingRecords At(const std::string& name) override { return publisher_.At(name); }
  void Put(const std::string& name, const StandingRecords& records) override {
    publisher_.Put(name, records);
  }
  void GoAway() override { publisher_.SetAway(true); }

 private:
  MemoryPublisher publisher_;
};

INSTANTIATE_TEST_SUITE_P(Publishers, PublisherContract,
                         testing::Values(PublisherKind{
                             "Memory", [] { return std::make_unique<MemoryBackend>(); }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dkimkeeper
