// The publisher contract on the fake and on the real ones.
#include "tests/contract/publisher_contract.h"
#include "server/dns/rfc2136_publisher.h"
#include "tests/fakes/memory_publisher.h"
#include "tests/fakes/primary_server.h"

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

// A real primary server.
class UpdateBackend final : public PublisherBackend {
 public:
  static std::unique_ptr<PublisherBackend> Make(PrimaryServer::Kind kind) {
    auto server = PrimaryServer::Start(kind, "example.com");
    return server ? std::make_unique<UpdateBackend>(std::move(server)) : nullptr;
  }
  explicit UpdateBackend(std::unique_ptr<PrimaryServer> server) : server_(std::move(server)) {}

  Publisher& publisher() override { return publisher_; }
  StandingRecords At(const std::string& name) override { return server_->At(name); }
  void Put(const std::string& name, const StandingRecords& records) override {
    server_->Put(name, records);
  }
  void GoAway() override { server_->Stop(); }

 private:
  const std::unique_ptr<PrimaryServer> server_;
  Rfc2136Publisher publisher_{"ns",
                              {.servers = {server_->address()},
                               .zones = {"example.com"},
                               .tsig_key = "keeper",
                               .tsig_algorithm = "hmac-sha256",
                               .tsig_secret_file = server_->secret_file(),
                               .time_limit = std::chrono::seconds(60)}};
};

INSTANTIATE_TEST_SUITE_P(
    Publishers, PublisherContract,
    testing::Values(
        PublisherKind{"Memory", [] { return std::make_unique<MemoryBackend>(); }},
        PublisherKind{"Knot", [] { return UpdateBackend::Make(PrimaryServer::Kind::kKnot); }},
        PublisherKind{"Bind", [] { return UpdateBackend::Make(PrimaryServer::Kind::kBind); }}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dkimkeeper
