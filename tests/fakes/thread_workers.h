// Token workers that are threads of this process, and whatever can happen to a worker.
#ifndef TESTS_FAKES_THREAD_WORKERS_H_
#define TESTS_FAKES_THREAD_WORKERS_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hsm/remote/worker_source.h"
#include "hsm/token.h"
#include "hsm/wire/messages.h"

namespace dkimkeeper {

// What a worker does with a request instead of carrying it out.
enum class Mishap : std::uint8_t {
  kNone,
  kCrash,            // dies of SIGSEGV
  kCrashAfterwards,  // likewise, when the call has done its work
  kExit,             // exits with status 1
  kKilled,           // dies of a SIGKILL that is not ours
  kEndOfFile,        // closes its socket
  kHang,             // never answers
  kAway,             // UNAVAILABLE/TOKEN_AWAY
  kLate,             // DEADLINE_EXCEEDED/DEADLINE
  kGarbage,          // sends what is no message
  kOversized,        // sends more than a packet may hold
  kUnknownNumber,    // answers what nobody asked
  kWrongKind,        // answers Ready
  kEmptyParts,       // sends parts of a list, none the last, that bring it no further
};

// What becomes of a start.
enum class StartMishap : std::uint8_t {
  kNone,
  kNoProcess,   // Start fails: UNAVAILABLE/TOKEN_AWAY
  kSaysError,   // says FAILED_PRECONDITION/TOKEN_NOT_FOUND, and exits
  kPinRefused,  // says FAILED_PRECONDITION/PIN_REFUSED, and exits with status 3; no start after it
  kCrash,       // dies before it has said anything
  kSilent,      // says nothing
  kGarbage,
};

// A WorkerSource as the launcher is one: each worker has a real SOCK_SEQPACKET pair and several
// threads that receive on it, over one Token that they share. Thread-safe.
class ThreadWorkers final : public WorkerSource {
 public:
  using Script = std::function<Mishap(const wire::Call& call)>;
  using StartScript = std::function<StartMishap(unsigned start)>;

  // `token` must outlive this.
  explicit ThreadWorkers(Token& token, unsigned threads = 5);
  // Waits for calls that are still inside the token.
  ~ThreadWorkers() override;

  // Asked before each request, in the order of their arrival, one at a time.
  void OnRequest(Script script);
  // Asked before each start; they are counted from 1.
  void OnStart(StartScript script);

  // kill -9 of the oldest worker that runs, or of all.
  void KillOne();
  void KillAll();
  // Blocks until `count` requests hang.
  void WaitUntilHung(unsigned count);

  [[nodiscard]] unsigned starts() const;
  // The most workers there were at one time that had been started and were not ready yet.
  [[nodiscard]] unsigned starts_at_once() const;
  [[nodiscard]] unsigned logins_allowed() const;
  // Workers that were started and not ended.
  [[nodiscard]] unsigned unended() const;

  // --- WorkerSource
  [[nodiscard]] Result<StartedWorker> Start() override;
  [[nodiscard]] WorkerEnd End(std::uint64_t number) override;
  void AllowLogin() override;

 private:
  struct Worker;

  void Open(Worker& worker, StartMishap mishap);
  void Serve(Worker& worker);
  // False: the worker has met its end.
  [[nodiscard]] bool Handle(Worker& worker, std::string_view packet);
  [[nodiscard]] bool Suffer(Worker& worker, const wire::Request& request, Mishap mishap);
  void Hang(Worker& worker);
  void Die(Worker& worker, WorkerEnd end);
  void DieLocked(Worker& worker, WorkerEnd end);

  Token& token_;
  const unsigned threads_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Script script_;
  StartScript start_script_;
  unsigned starts_ = 0;
  unsigned starts_at_once_ = 0;
  unsigned hung_ = 0;
  unsigned logins_allowed_ = 0;
  bool pin_refused_ = false;
  std::map<std::uint64_t, std::unique_ptr<Worker>> workers_;  // by number, ended ones too
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_THREAD_WORKERS_H_
