// Keeps the tables and key references of this host's OpenDKIM as the keys are.
#ifndef CLIENT_AGENT_OPENDKIM_UPKEEP_H_
#define CLIENT_AGENT_OPENDKIM_UPKEEP_H_

#include <optional>
#include <string>
#include <vector>

#include "client/agent/agent_metrics.h"
#include "client/agent/opendkim_tables.h"
#include "dkimkeeper/client.h"
#include "proto/base/event_log.h"

namespace dkimkeeper {

struct OpenDkimOptions {
  std::string key_table;
  std::string signing_table;
  std::string references;  // the folder of the reference files; nothing else is in it
  Algorithm algorithm = Algorithm::kRsaSha256;  // SignatureAlgorithm of OpenDKIM
  std::vector<std::string> reload_command;      // empty: none; argv, no shell
  std::vector<OpenDkimAuthors> authors;
};

// Not thread-safe. A failure is said in an event and in a counter, and tried again later; OpenDKIM
// goes on with what it has, which signs until the hand-over window ends.
class OpenDkimUpkeep {
 public:
  // `client`, `metrics`, `events` must outlive this.
  OpenDkimUpkeep(OpenDkimOptions options, Client& client, AgentMetrics& metrics, EventLog& events)
      : options_(std::move(options)), client_(client), metrics_(metrics), events_(events) {}

  // Writes what differs: first the references of keys that have none, then each table whole, then
  // runs the command, and at last removes references of keys that sign no more. To be called again
  // and again: after a failure it waits for a while of calls.
  void Refresh(const SigningKeys& keys);

  // Of the list that OpenDKIM works with: its tables are out, and the command ran. Nothing: not
  // yet. 0: nobody can say, because there is no command.
  [[nodiscard]] std::optional<std::uint64_t> generation() const {
    if (options_.reload_command.empty()) return 0;
    return generation_ == 0 ? std::nullopt : std::optional(generation_);
  }

 private:
  Outcome Update(const SigningKeys& keys);
  Outcome WriteReferences(const std::vector<SigningKey>& named);
  Outcome WriteReference(const SigningKey& key);
  void RemoveOldReferences(const SigningKeys& keys);

  const OpenDkimOptions options_;
  Client& client_;
  AgentMetrics& metrics_;
  EventLog& events_;
  bool is_reload_due_ = true;     // OpenDKIM may run with tables from before this process
  std::uint64_t generation_ = 0;  // that the tables are of; 0: not known
  unsigned calls_to_wait_ = 0;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_OPENDKIM_UPKEEP_H_
