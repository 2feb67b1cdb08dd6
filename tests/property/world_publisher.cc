#include "tests/property/world_publisher.h"

#include <utility>

#include "proto/dkim/key_record.h"
#include "proto/dkim/txt_record.h"
#include "proto/reason.h"
#include "server/dns/change_step.h"

namespace dkimkeeper::sim {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr auto kMistake = "v=DKIM1; k=rsa; p=copied, and pasted wrongly";

StandingRecords Standing(const Records& records) {
  StandingRecords standing;
  for (const std::string& value : records.txt) standing.txt.push_back({value});
  return standing;
}

Records After(const RecordChange& change) {
  Records records{.txt = {}, .ttl = change.ttl};
  if (change.after) records.txt.push_back(RenderKeyRecord(*change.after));
  return records;
}

tl::unexpected<Error> Away() {
  return Fail(Code::kUnavailable, reason::kPublisherAway, "no answer; this is a history");
}

}  // namespace

void RecordOwner::Ask(const RecordChange& change) {
  const std::string name = NameWritten(change).value();
  const bool told = !asked_.insert_or_assign(name, change).second;
  if (told && trouble_.on) return;  // a to-do list holds it already
  Span wait = trouble_.on ? chance_.Between(minutes(5), days(20)) : Span(minutes(5));
  if (wait > days(2)) tally_.Add(Kind::kOwnerLate);
  agenda_.InAside(wait, [this, name] { Act(name); });
}

void RecordOwner::Act(const std::string& name) {
  const auto found = asked_.extract(name);
  if (!found) return;
  const RecordChange& change = found.mapped();
  const bool wrongly = trouble_.on && change.after && chance_.Of(0.1);
  PutDown(change, name, wrongly);
  if (!wrongly) return;
  tally_.Add(Kind::kOwnerWrong);
  agenda_.InAside(chance_.Between(hours(1), days(10)),
                  [this, change, name] { PutDown(change, name, false); });
}

// People look before they change something; what is not ours they leave alone.
void RecordOwner::PutDown(const RecordChange& change, const std::string& name, bool wrongly) {
  const Records now = world_.At(change.domain, name);
  const bool own_mistake = now.txt.size() == 1 && now.txt.front() == kMistake;
  const auto step = StepFor(change, Standing(now));
  if (!own_mistake && (!step || *step == ChangeStep::kNothing)) return;
  Records after = After(change);
  if (wrongly) after.txt = {kMistake};
  world_.Put(change.domain, name, std::move(after), Hand::kOwner);
}

Result<Publication> WorldPublisher::Publish(const RecordChange& change) {
  const auto name = NameWritten(change);
  if (!name) return Forward(name);
  parts_.publishing(change);
  if (parts_.by_hand) {
    if (parts_.host.Meet(true) == Fate::kFails) return Away();
    parts_.owner.Ask(change);
    return Publication::kAsked;
  }
  const Fate fate = parts_.host.Meet(true);
  if (fate == Fate::kFails) {
    parts_.tally.Add(Kind::kPublisherAway);
    return Away();
  }
  auto written = Write(change, *name);
  if (fate == Fate::kFine || !written) return written;
  parts_.tally.Add(Kind::kPublisherInDoubt);
  return Away();
}

Result<Publication> WorldPublisher::Write(const RecordChange& change, const std::string& name) {
  if (parts_.trouble.on && parts_.chance.Of(0.03)) {
    parts_.tally.Add(Kind::kPublisherRefused);
    return Fail(Code::kFailedPrecondition, reason::kPublishRefused,
                "REFUSED, says the server; this is a history");
  }
  const auto step = StepFor(change, Standing(parts_.world.At(change.domain, name)));
  if (!step && !parts_.blind) return Forward(step);
  if (step && *step == ChangeStep::kNothing) return Publication::kDone;
  if (parts_.trouble.on && parts_.chance.Of(0.02)) {
    parts_.tally.Add(Kind::kUpdateLost);  // taken, and never seen again
    return Publication::kDone;
  }
  parts_.writing(change.domain, name);
  parts_.world.Put(change.domain, name, After(change), Hand::kPublisher);
  return Publication::kDone;
}

}  // namespace dkimkeeper::sim
