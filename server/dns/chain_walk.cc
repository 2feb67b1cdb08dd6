#include "server/dns/chain_walk.h"

#include <algorithm>

#include "server/dns/answer_reading.h"
#include "server/dns/dns_name.h"
#include "server/dns/in_parallel.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxStations = 16;  // each server may send us somewhere else

// A zone that is asked for a name.
struct Station {
  std::string name;
  Zone zone;
  std::vector<std::string> before;  // names on the way
};

class Walk {
 public:
  Walk(Inquiry& inquiry, const RecordQuestion& question)
      : inquiry_(inquiry), authorities_(inquiry), question_(question) {}

  ChainReport Make(const std::string& name) {
    report_.agree = true;
    stations_.push_back({name, authorities_.Find(question_.domain.str()), {}});
    for (std::size_t i = 0; i < stations_.size(); ++i) VisitStation(i);
    report_.agree = report_.agree && report_.problem.empty();
    return std::move(report_);
  }

 private:
  void VisitStation(std::size_t index) {
    const Station station = stations_[index];  // a copy: the list grows
    report_.zone = station.zone.name;
    if (!station.zone.problem.empty()) {
      report_.problem = station.zone.problem;
      return;
    }
    std::vector<ServerLookUp> look_ups(station.zone.servers.size());
    InParallel(look_ups.size(), [&](std::size_t i) {
      look_ups[i] = AskServer(inquiry_, station.zone.servers[i], station.zone.name, station.name,
                              station.before, question_);
    });
    Take(station, look_ups);
    if (report_.agree) {
      report_.wait = std::max(report_.wait, ZoneNegativeTtl(station.zone.name, look_ups));
    }
  }

  void Take(const Station& station, std::vector<ServerLookUp>& look_ups) {
    bool one = false;
    for (ServerLookUp& look_up : look_ups) {
      ServerAnswer& answer = look_up.answer;
      const bool as_wished = answer.finding == RecordFinding::kAsWished;
      const bool silent =
          answer.finding == RecordFinding::kNoAnswer || answer.finding == RecordFinding::kRefused;
      one = one || (as_wished && !answer.waived);
      report_.agree = report_.agree && (as_wished || (silent && answer.waived));
      report_.wait = std::max(report_.wait, answer.ttl);
      report_.has_signatures = report_.has_signatures || look_up.has_signatures;
      if (look_up.key) report_.key = std::move(look_up.key);
      if (look_up.onward) GoOn(station, *look_up.onward);
      report_.servers.push_back(std::move(answer));
    }
    report_.agree = report_.agree && one;
  }

  // One more station, unless it is one already.
  void GoOn(const Station& from, const Onward& onward) {
    const bool known = std::find(followed_.begin(), followed_.end(), onward) != followed_.end();
    if (known) return;
    followed_.push_back(onward);
    if (stations_.size() == kMaxStations) {
      report_.problem = "the servers send us to more than " + std::to_string(kMaxStations) +
                        " zones: look at the CNAMEs and delegations of " + from.name;
      return;
    }
    Station next{onward.name, {}, from.before};
    if (onward.name != from.name) next.before.push_back(from.name);
    // Never the target itself: it may be about to be published (authoritative_servers.h).
    next.zone = onward.servers.empty() ? authorities_.Find(ParentName(onward.name))
                                       : authorities_.Delegated(onward.zone, onward.servers);
    stations_.push_back(std::move(next));
  }

  // Positive answers do not show it: the zone's SOA record does.
  std::chrono::seconds ZoneNegativeTtl(const std::string& zone,
                                       const std::vector<ServerLookUp>& look_ups) {
    for (const ServerLookUp& look_up : look_ups) {
      if (!look_up.address || look_up.answer.finding != RecordFinding::kAsWished) continue;
      const auto reply = inquiry_.Ask(*look_up.address, {.name = zone, .type = DnsType::kSoa});
      if (reply && reply->authoritative) return NegativeTtl(reply->answer);
    }
    return kUnknownNegativeTtl;
  }

  Inquiry& inquiry_;
  AuthoritativeServers authorities_;
  const RecordQuestion& question_;
  std::vector<Station> stations_;
  std::vector<Onward> followed_;
  ChainReport report_;
};

}  // namespace

ChainReport WalkChain(Inquiry& inquiry, const std::string& name, const RecordQuestion& question) {
  return Walk(inquiry, question).Make(name);
}

}  // namespace dkimkeeper
