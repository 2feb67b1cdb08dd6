// What makes keys rotate by themselves, put together: DNS, publishers, the executor, its heartbeat.
#ifndef SERVER_KEY_ROTATION_H_
#define SERVER_KEY_ROTATION_H_

#include <memory>

#include "server/base/alarms.h"
#include "server/base/command_runner.h"
#include "server/config/config.h"
#include "server/dns/configured_publishers.h"
#include "server/dns/dns_record_checker.h"
#include "server/dns/socket_dns_client.h"
#include "server/lifecycle/journal.h"
#include "server/lifecycle/key_operations.h"
#include "server/rotation/outlook.h"
#include "server/rotation/rotation_loop.h"
#include "server/rpc/daemons.h"
#include "server/store/agents.h"
#include "server/store/heartbeat.h"

namespace dkimkeeper {

// Thread-safe after Make.
class KeyRotation {
 public:
  struct Parts {
    const Config& config;
    const CommandRunner* commands;  // of publishers; null where none has one
    Registry& registry;
    KeyStore& store;
    const Tokens& tokens;
    KeyOperations& operations;
    Journal& journal;
    AlarmBoard& alarms;
    EventLog& events;
    const Clock& clock;
  };
  // Beats once, so that nothing is signed from a picture of unknown age. All of `parts` must
  // outlive this. Errors of ConfiguredPublishers::Make, and of the store.
  [[nodiscard]] static Result<std::unique_ptr<KeyRotation>> Make(const Parts& parts);

  // From now on the executor takes steps. Call it once, when operators can be told of them.
  void Start();
  // Begins no further step, waits for those in progress. Can be called twice.
  void Stop();

  // To be called at each BeatInterval: takes over other daemons' changes, and tells them so. A
  // store that is away raises `store.away` until it answers.
  void Beat();

  [[nodiscard]] const Outlook& outlook() const { return outlook_; }
  [[nodiscard]] RotationDesk& desk() { return desk_; }
  // What callers acknowledge, which each Beat takes further.
  [[nodiscard]] Agents& agents() { return agents_; }
  // Refers to this.
  [[nodiscard]] Daemons daemons();

 private:
  // Looks go straight to the executor's core; a kick needs its threads.
  class Desk final : public RotationDesk {
   public:
    explicit Desk(KeyRotation& own) : own_(own) {}
    Result<RecordCheck> CheckNow(const Key& key) override { return own_.rotation_.CheckNow(key); }
    Outcome ProveNow(const Key& key) override { return own_.rotation_.ProveNow(key); }
    void Kick() override {
      if (own_.loop_) own_.loop_->Kick();
    }

   private:
    KeyRotation& own_;
  };

  KeyRotation(const Parts& parts, std::unique_ptr<ConfiguredPublishers> publishers);
  [[nodiscard]] RotationParts PartsOfRotation();
  [[nodiscard]] Outlook::Parts PartsOfOutlook();

  const Parts parts_;
  const std::unique_ptr<ConfiguredPublishers> publishers_;
  SocketDnsClient dns_;
  DnsRecordChecker checker_;
  Attempts attempts_;
  Heartbeat heartbeat_;
  Agents agents_;
  ExecutorLease lease_;
  const Outlook outlook_;
  Rotation rotation_;
  Desk desk_;
  std::unique_ptr<RotationLoop> loop_;
};

}  // namespace dkimkeeper

#endif  // SERVER_KEY_ROTATION_H_
