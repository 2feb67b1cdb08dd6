// The fixture of the publisher contract.
#ifndef TESTS_CONTRACT_PUBLISHER_CONTRACT_H_
#define TESTS_CONTRACT_PUBLISHER_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "server/dns/change_step.h"
#include "server/dns/publisher.h"

namespace dkimkeeper {

// One place that holds records, the publisher that writes there, and its owner's own hands.
class PublisherBackend {
 public:
  PublisherBackend() = default;
  PublisherBackend(const PublisherBackend&) = delete;
  PublisherBackend& operator=(const PublisherBackend&) = delete;
  virtual ~PublisherBackend() = default;

  [[nodiscard]] virtual Publisher& publisher() = 0;
  // A domain whose records belong there.
  [[nodiscard]] virtual std::string domain() const { return "example.com"; }

  // As somebody else sees it, and does it: Put takes the place of all that stands at the name.
  [[nodiscard]] virtual StandingRecords At(const std::string& name) = 0;
  virtual void Put(const std::string& name, const StandingRecords& records) = 0;
  // Where the place holds TXT records only.
  [[nodiscard]] virtual bool HoldsCname() const { return true; }

  // Nothing answers any more.
  virtual void GoAway() = 0;
};

// What the contract runs on. Null from `make`: not on this machine.
struct PublisherKind {
  std::string name;
  std::function<std::unique_ptr<PublisherBackend>()> make;

  friend void PrintTo(const PublisherKind& kind, std::ostream* out) { *out << kind.name; }
};

class PublisherContract : public testing::TestWithParam<PublisherKind> {
 protected:
  void SetUp() override;

  // A record of the n-th key.
  static KeyRecord RecordOf(int n);
  [[nodiscard]] RecordChange ChangeOf(std::optional<KeyRecord> before,
                                      std::optional<KeyRecord> after) const;
  [[nodiscard]] StandingRecords Standing() { return backend_->At(name_); }

  void ExpectDone(const RecordChange& change);
  void ExpectChanged(const RecordChange& change);

  std::unique_ptr<PublisherBackend> backend_;
  std::string name_;
};

}  // namespace dkimkeeper

#endif  // TESTS_CONTRACT_PUBLISHER_CONTRACT_H_
