#include "tests/property/mail.h"

#include <algorithm>

#include "server/keys/key_state.h"
#include "tests/property/record_meaning.h"

namespace dkimkeeper::sim {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Span kClientCache = hours(1);

}  // namespace

void Mail::Start() {
  scene_.agenda.In(scene_.chance.Until(days(4)), [this] {
    Send();
    Start();
  });
}

Daemon* Mail::AnyDaemon() {
  std::vector<Daemon*> running;
  for (Daemon* daemon : daemons_) {
    if (daemon->process() != nullptr) running.push_back(daemon);
  }
  return running.empty() ? nullptr : scene_.chance.Pick(running);
}

void Mail::Send() {
  LookAtSomething();
  const auto contents = scene_.store.Load();
  for (const auto& [domain, entry] : contents->domains) {
    for (const Sender& sender : entry.senders) {
      for (const Algorithm algorithm : {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256}) {
        SendFor(domain, sender, algorithm);
      }
    }
  }
}

void Mail::LookAtSomething() {
  const auto contents = scene_.store.Load();
  if (contents->keys.empty()) return;
  auto row = contents->keys.begin();
  std::advance(row, static_cast<std::ptrdiff_t>(scene_.chance.Below(contents->keys.size())));
  const auto& [domain, selector] = row->first;
  (void)scene_.world.AskResolver(scene_.chance.Below(DnsWorld::kResolvers), domain,
                                 KeyRecordName(selector, domain).value());
}

void Mail::SendFor(const Domain& domain, const Sender& sender, Algorithm algorithm) {
  Cached& cached = cached_[{domain, sender, algorithm}];
  for (int attempt = 0; attempt < 2; ++attempt) {
    Daemon* daemon = AnyDaemon();
    if (daemon == nullptr) return;
    const ViewPtr view = daemon->process()->registry().Get();
    const bool old = !cached.selector || cached.at + kClientCache < scene_.agenda.now();
    if (old || attempt > 0) {
      const auto current = view->keyring.Current(domain, sender, algorithm, daemon->host().Wall());
      cached = {current ? std::optional(current->selector) : std::nullopt, scene_.agenda.now()};
    }
    if (!cached.selector) return;
    const auto key = view->keyring.Find(domain, *cached.selector);
    if (key && daemon->Signs(*key)) return Signed(*key, *daemon);
  }
}

void Mail::SignLate(const Key& key) {
  for (Daemon* daemon : daemons_) {
    if (daemon->process() == nullptr) continue;
    scene_.agenda.At(daemon->host().TrueTimeOf(*key.signs_until) - seconds(1),
                     [this, daemon, id = key.id, domain = key.domain, selector = key.selector] {
                       if (daemon->process() == nullptr) return;
                       const ViewPtr view = daemon->process()->registry().Get();
                       const auto row = view->keyring.Find(domain, selector);
                       if (row && row->id == id && daemon->Signs(*row)) Signed(*row, *daemon);
                     });
  }
}

void Mail::Signed(const Key& key, const Daemon& daemon) {
  if (!daemon.Counts()) return;  // its operators know that it lost the store
  const Instant at = scene_.agenda.now();
  scene_.agenda.InAside(seconds(2), [this, key, at] { Deliver(key, at, Kind::kMail); });
  const Span drain = scene_.judge.DrainOf(key);
  const Span late =
      scene_.chance.Of(0.5) ? drain - minutes(4) : scene_.chance.Between(minutes(1), drain);
  scene_.agenda.InAside(late, [this, key, at] { Deliver(key, at, Kind::kMailHours); });
}

void Mail::Deliver(const Key& key, Instant signed_at, Kind kind) {
  const std::string name = KeyRecordName(key.selector, key.domain).value();
  const Reply reply =
      scene_.world.AskResolver(scene_.chance.Below(DnsWorld::kResolvers), key.domain, name);
  if (reply.kind != Reply::Kind::kAnswer) return;  // it is tried again later
  scene_.tally.Add(kind);
  if (KeyIn(reply.records) == key.public_key || !reply.honest) return;
  if (scene_.judge.MayFail(key.id)) return;
  if (scene_.judge.IsDrained(key.id, signed_at)) return;  // an operator shortened the drain since
  scene_.judge.Blame(0, "mail of " + name + " (" + key.id.ToHex().substr(0, 8) +
                            ") does not verify " +
                            std::to_string((scene_.agenda.now() - signed_at) / seconds(1)) +
                            " s after it was signed");
}

}  // namespace dkimkeeper::sim
