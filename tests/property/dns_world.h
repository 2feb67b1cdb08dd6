// All of DNS, as far as it matters here: zones, their servers, and resolvers that remember.
#ifndef TESTS_PROPERTY_DNS_WORLD_H_
#define TESTS_PROPERTY_DNS_WORLD_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/dkim/domain.h"
#include "tests/property/agenda.h"
#include "tests/property/chance.h"
#include "tests/property/tally.h"

namespace dkimkeeper::sim {

// The TXT records at one name.
struct Records {
  std::vector<std::string> txt = {};  // values; empty: none
  std::chrono::seconds ttl{3600};
  friend bool operator==(const Records&, const Records&) = default;
};

// What is answered to a question.
struct Reply {
  enum class Kind : std::uint8_t { kAnswer, kRefused, kSilence };
  Kind kind = Kind::kSilence;
  Records records = {};
  std::chrono::seconds ttl{0};  // of the records, or the negative one
  bool honest = true;           // what the server was given by its zone's owner
};

enum class Lie : std::uint8_t { kRefused, kOldData, kOtherKey, kTwoRecords, kNothing };

// Whose hand it was.
enum class Hand : std::uint8_t { kPublisher, kOwner, kStranger };

// A change reaches each server of its zone at a time of its own. Not thread-safe.
class DnsWorld {
 public:
  // What a server had at a name, from when on.
  struct Era {
    Instant from;
    Records records;
  };
  static constexpr std::size_t kResolvers = 4;
  // The first so many are those that the service is configured to ask.
  static constexpr std::size_t kOwnResolvers = 2;

  // All must outlive this.
  DnsWorld(Agenda& agenda, Chance& chance, Tally& tally)
      : agenda_(agenda), chance_(chance), tally_(tally) {}
  DnsWorld(const DnsWorld&) = delete;
  DnsWorld& operator=(const DnsWorld&) = delete;

  void AddZone(const Domain& domain);

  // --- As its owner and its publisher see it.
  [[nodiscard]] Records At(const Domain& domain, const std::string& name) const;
  // Nothing: nobody ever wrote there.
  [[nodiscard]] std::optional<Hand> WhoWrote(const std::string& name) const;
  void Put(const Domain& domain, const std::string& name, Records records, Hand hand);

  // --- As everybody sees it.
  [[nodiscard]] std::size_t ServersOf(const Domain& domain) const;
  [[nodiscard]] static std::string ServerName(const Domain& domain, std::size_t server);
  [[nodiscard]] Reply AskServer(const Domain& domain, std::size_t server,
                                const std::string& name) const;
  // Fills its cache.
  [[nodiscard]] Reply AskResolver(std::size_t resolver, const Domain& domain,
                                  const std::string& name);
  [[nodiscard]] std::chrono::seconds NegativeTtl(const Domain& domain) const;

  // --- The truth, which nobody can ask for. Never empty; oldest first.
  [[nodiscard]] std::vector<Era> ErasOf(const Domain& domain, std::size_t server,
                                        const std::string& name) const;
  [[nodiscard]] bool Lies(const Domain& domain, std::size_t server) const;

  // --- Trouble
  void Vanish(const Domain& domain, std::size_t server, Span span);
  void TellLies(const Domain& domain, std::size_t server, Lie lie, Span span);
  void FailResolver(std::size_t resolver, Span span);
  // The servers are well from now on, and have what they should have.
  void EndTrouble();

 private:
  struct Server {
    Instant away_until{};
    Instant lies_until{};
    Lie lie = Lie::kRefused;
    std::map<std::string, std::vector<Era>> shown = {};
    std::map<std::string, std::uint64_t> versions = {};
  };
  struct Written {
    Records records;
    Hand hand = Hand::kOwner;
    std::uint64_t version = 0;
  };
  struct Zone {
    std::chrono::seconds negative_ttl{3600};
    std::vector<Server> servers = {};
    std::map<std::string, Written> names = {};
  };
  struct Cached {
    Instant until;
    Reply reply;
  };

  [[nodiscard]] Span LagOfUpdate();
  void Arrive(const Domain& domain, std::size_t server, const std::string& name);
  [[nodiscard]] static Records Twisted(const Server& server, const std::string& name);

  Agenda& agenda_;
  Chance& chance_;
  Tally& tally_;
  bool trouble_ = true;
  std::map<Domain, Zone> zones_;
  std::map<std::string, Hand> hands_;
  std::array<std::map<std::string, Cached>, kResolvers> caches_;
  std::array<Instant, kResolvers> resolver_away_until_{};
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_DNS_WORLD_H_
