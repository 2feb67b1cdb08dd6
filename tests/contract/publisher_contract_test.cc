// The publisher contract on the fake and on the real ones.
#include "tests/contract/publisher_contract.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "proto/base/read_file.h"
#include "proto/base/replace_file.h"
#include "server/dns/exec_publisher.h"
#include "server/dns/own_zone_file.h"
#include "server/dns/rfc2136_publisher.h"
#include "server/dns/zonefile_publisher.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/memory_publisher.h"
#include "tests/fakes/primary_server.h"
#include "tests/fakes/temp_dir.h"

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

// A zone file, to include or whole, that its owner edits, too.
class ZonefileBackend final : public PublisherBackend {
 public:
  explicit ZonefileBackend(const std::string& header) {
    if (header.empty()) return;
    options_.header_file = (dir_.path() / "header").string();
    std::ofstream(options_.header_file) << header;
  }

  Publisher& publisher() override {
    if (!publisher_) {
      publisher_ = std::make_unique<ZonefilePublisher>(
          "file", options_, [this](std::string_view) { return reload_; }, clock_);
    }
    return *publisher_;
  }
  StandingRecords At(const std::string& name) override {
    StandingRecords standing;
    const OwnZoneFile file = Read();
    if (!file.records.contains(name)) return standing;
    for (const auto& record : file.records.at(name)) standing.txt.push_back(record.strings);
    return standing;
  }
  void Put(const std::string& name, const StandingRecords& records) override {
    OwnZoneFile file = Read();
    file.records.erase(name);
    for (const TxtStrings& strings : records.txt) {
      std::string line = name + ". 300 IN TXT (";
      for (const std::string& text : strings) line += " \"" + text + "\"";
      file.records[name].push_back({strings, line + " )"});
    }
    const std::string header = options_.header_file.empty() ? "" : "{serial}\n";
    if (!header.empty() && !file.serial) file.serial = 1;
    ASSERT_TRUE(ReplaceFile(options_.file, RenderOwnZoneFile(file, header).value(), 0600));
  }
  bool HoldsCname() const override { return false; }
  void GoAway() override { reload_ = CommandResult{.failure = "exit status 1", .output = ""}; }

 private:
  OwnZoneFile Read() const {
    if (!std::filesystem::exists(options_.file)) return {};
    return ParseOwnZoneFile(ReadFile(options_.file, 1U << 20).value()).value();
  }

  TempDir dir_;
  ManualClock clock_;
  ZonefileOptions options_{.file = (dir_.path() / "zone").string(),
                           .zone = "example.com",
                           .header_file = "",
                           .reload = {"/usr/sbin/rndc", "reload"}};
  Result<CommandResult> reload_ = CommandResult{.failure = "", .output = ""};
  std::unique_ptr<ZonefilePublisher> publisher_;
};

// A hook, run by a real CommandRunner.
class HookBackend final : public PublisherBackend {
 public:
  HookBackend() { Write(nlohmann::json::object()); }

  Publisher& publisher() override { return publisher_; }
  StandingRecords At(const std::string& name) override {
    const auto json = Read();
    if (!json.contains(name)) return {};
    return {.txt = json.at(name).at("txt").get<std::vector<TxtStrings>>(),
            .cname = json.at(name).at("cname").get<std::string>()};
  }
  void Put(const std::string& name, const StandingRecords& records) override {
    auto json = Read();
    json[name] = {{"txt", records.txt}, {"cname", records.cname}};
    Write(json);
  }
  void GoAway() override { std::filesystem::remove(file_); }

 private:
  [[nodiscard]] nlohmann::json Read() const { return nlohmann::json::parse(std::ifstream(file_)); }
  void Write(const nlohmann::json& json) const { std::ofstream(file_) << json; }

  TempDir dir_;
  const std::string file_ = (dir_.path() / "records.json").string();
  const Command command_{.argv = {DKIMKEEPER_DNS_HOOK, file_}};
  const std::unique_ptr<CommandRunner> runner_ = CommandRunner::Start({command_}).value();
  ExecPublisher publisher_{"hook", {.command = command_.argv}, [this](std::string_view order) {
                             return runner_->Run(command_, order);
                           }};
};

INSTANTIATE_TEST_SUITE_P(
    Publishers, PublisherContract,
    testing::Values(
        PublisherKind{"Memory", [] { return std::make_unique<MemoryBackend>(); }},
        PublisherKind{"IncludeFile", [] { return std::make_unique<ZonefileBackend>(""); }},
        PublisherKind{"WholeZone",
                      [] {
                        return std::make_unique<ZonefileBackend>(
                            "@ 300 SOA ns host {serial} 300 300 300 60\n@ 300 NS ns\n");
                      }},
        PublisherKind{"Hook", [] { return std::make_unique<HookBackend>(); }},
        PublisherKind{"Knot", [] { return UpdateBackend::Make(PrimaryServer::Kind::kKnot); }},
        PublisherKind{"Bind", [] { return UpdateBackend::Make(PrimaryServer::Kind::kBind); }}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dkimkeeper
