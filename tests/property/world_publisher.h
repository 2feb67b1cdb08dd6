// How one daemon writes into DNS: by itself, or by asking the domain's owner.
#ifndef TESTS_PROPERTY_WORLD_PUBLISHER_H_
#define TESTS_PROPERTY_WORLD_PUBLISHER_H_

#include <functional>
#include <map>
#include <string>

#include "server/dns/publisher.h"
#include "tests/property/dns_world.h"
#include "tests/property/host.h"

namespace dkimkeeper::sim {

// The owner of a domain, who edits records by hand: late, and sometimes wrongly. Not thread-safe.
class RecordOwner {
 public:
  // All must outlive this.
  RecordOwner(DnsWorld& world, Agenda& agenda, Chance& chance, Tally& tally, Trouble& trouble)
      : world_(world), agenda_(agenda), chance_(chance), tally_(tally), trouble_(trouble) {}

  // To be told again changes nothing.
  void Ask(const RecordChange& change);

 private:
  void Act(const std::string& name);
  void PutDown(const RecordChange& change, const std::string& name, bool wrongly);

  DnsWorld& world_;
  Agenda& agenda_;
  Chance& chance_;
  Tally& tally_;
  Trouble& trouble_;
  std::map<std::string, RecordChange> asked_;  // by name, the newest
};

// Not thread-safe.
class WorldPublisher final : public Publisher {
 public:
  struct Parts {
    DnsWorld& world;
    RecordOwner& owner;
    Host& host;
    Chance& chance;
    Tally& tally;
    Trouble& trouble;
    // Told of each change that is asked for, and of each that is written, before it is.
    std::function<void(const RecordChange&)> publishing;
    std::function<void(const Domain&, const std::string& name)> writing;
    bool by_hand = false;
    bool blind = false;  // planted bug: does not look at what stands there
  };
  explicit WorldPublisher(Parts parts) : parts_(std::move(parts)) {}  // all must outlive this

  [[nodiscard]] Result<Publication> Publish(const RecordChange& change) override;

 private:
  [[nodiscard]] Result<Publication> Write(const RecordChange& change, const std::string& name);

  const Parts parts_;
};

// "" is by hand, "auto" writes.
class WorldPublishers final : public Publishers {
 public:
  // Both must outlive this.
  WorldPublishers(Publisher& by_hand, Publisher& automatic)
      : by_hand_(by_hand), automatic_(automatic) {}

  [[nodiscard]] Result<Publisher*> Find(std::string_view name) const override {
    return name.empty() ? &by_hand_ : &automatic_;
  }

 private:
  Publisher& by_hand_;
  Publisher& automatic_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_WORLD_PUBLISHER_H_
