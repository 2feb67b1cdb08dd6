// The list of signing keys, kept fresh in the background.
#ifndef CLIENT_LIB_KEY_WATCH_H_
#define CLIENT_LIB_KEY_WATCH_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "client/lib/pace.h"
#include "dkimkeeper/client.h"
#include "proto/result.h"

namespace dkimkeeper {

// Where lists come from: WatchSigningKeys, or a test.
class KeyStream {
 public:
  virtual ~KeyStream() = default;
  using OnList = std::function<void(SigningKeys)>;

  // Blocks and calls `on_list` for each list, from the one after `after_generation` on, until the
  // stream breaks or `stop` is requested; answers why it ended.
  [[nodiscard]] virtual Error Read(std::uint64_t after_generation, const OnList& on_list,
                                   const std::stop_token& stop) = 0;
};

// One thread that reads the stream and opens it again, waiting longer after each failure in a row
// (0.1 s to 30 s, with jitter). The last list stays good meanwhile. Thread-safe; its destructor
// does not wait for the server.
class KeyWatch {
 public:
  // Starts. `stream` must outlive this.
  KeyWatch(KeyStream& stream, std::shared_ptr<Pace> pace);
  KeyWatch(const KeyWatch&) = delete;
  KeyWatch& operator=(const KeyWatch&) = delete;
  ~KeyWatch() = default;

  // The newest list. While there is none yet, waits for it for at most `limit`; answers the
  // stream's error at once where waiting does not help (e.g. UNAUTHENTICATED), and at the limit
  // otherwise.
  [[nodiscard]] Result<std::shared_ptr<const SigningKeys>> Newest(std::chrono::milliseconds limit);

 private:
  void Run(const std::stop_token& stop);
  void Publish(SigningKeys list);
  void Note(Error error);

  KeyStream& stream_;
  const std::shared_ptr<Pace> pace_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const SigningKeys> newest_;
  std::optional<Error> last_error_;
  std::jthread thread_;  // last: it ends before the rest goes
};

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_KEY_WATCH_H_
