// The key list of the server's watch, with a copy on disk for starts while the server is away.
#ifndef CLIENT_AGENT_WATCHED_KEYS_H_
#define CLIENT_AGENT_WATCHED_KEYS_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "client/agent/key_lists.h"
#include "dkimkeeper/client.h"
#include "proto/base/event_log.h"

namespace dkimkeeper {

// Begins with the list on disk, where there is a good one, and goes on with those of the server as
// they come. Thread-safe. Losing the file, or the disk, costs a start without the server and
// nothing else: it is said in an event.
class WatchedKeys final : public KeyLists {
 public:
  // `file` empty: no copy on disk. `on_list` hears of each new generation. `client`, `events` must
  // outlive this.
  WatchedKeys(Client& client, std::string file, EventLog& events,
              std::function<void(std::uint64_t generation)> on_list);

  [[nodiscard]] std::shared_ptr<const SigningKeys> Newest() override;
  [[nodiscard]] Result<SigningKeys> AskNow() override { return client_.ListSigningKeys(); }

  // Looks whether the server sent another list, and puts it on disk. While none ever came it waits
  // for one, within the client's deadline. To be called again and again, by one thread at a time.
  void Refresh();

 private:
  void Load();
  void Save(const SigningKeys& keys);
  void Take(const std::shared_ptr<const SigningKeys>& keys);

  Client& client_;
  const std::string file_;
  EventLog& events_;
  const std::function<void(std::uint64_t)> on_list_;
  std::string last_trouble_;  // Refresh's alone
  std::mutex mutex_;
  std::shared_ptr<const SigningKeys> newest_;
  bool watching_ = false;  // the server sent a list: its watch answers at once from now on
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_WATCHED_KEYS_H_
