// The machine that one daemon runs on: its clock, its line to the store, and what befalls it.
#ifndef TESTS_PROPERTY_HOST_H_
#define TESTS_PROPERTY_HOST_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "proto/base/clock.h"
#include "server/keys/timestamp.h"
#include "tests/property/agenda.h"
#include "tests/property/chance.h"
#include "tests/property/tally.h"

namespace dkimkeeper::sim {

// What becomes of one effect outside the process.
enum class Fate : std::uint8_t {
  kFine,
  kFails,           // it does not happen
  kFailsAfterwards  // it happens, and nobody hears of it
};

// How troubled the world is; one for all of a history. `nested` counts steps in whose middle time
// passes.
struct Trouble {
  bool on = true;
  double fault = 0.02;
  double crash = 0.004;
  double pause = 0.02;
  int nested = 0;
  std::string lease_holder = {};  // the last one
  // Those that live notice it soon when one does not any more.
  std::function<void()> wake_all = {};
};

// A process is killed by making all that it does from then on fail: nothing of it lasts. Not
// thread-safe.
class Host final : public Clock {
 public:
  // All must outlive this.
  Host(std::string name, Agenda& agenda, Chance& chance, Tally& tally, Trouble& trouble)
      : name_(std::move(name)),
        agenda_(agenda),
        chance_(chance),
        tally_(tally),
        trouble_(trouble) {}

  [[nodiscard]] const std::string& name() const { return name_; }

  // --- Its clocks
  [[nodiscard]] std::chrono::system_clock::time_point Now() const override;
  [[nodiscard]] std::chrono::steady_clock::time_point Steady() const override;
  [[nodiscard]] Timestamp Wall() const { return ToTimestamp(Now()); }
  // When its wall clock, left alone, shows `at`.
  [[nodiscard]] Instant TrueTimeOf(Timestamp at) const;
  [[nodiscard]] Span offset() const { return offset_; }
  void Jump(Span by) { offset_ += by; }
  void SetRight() { offset_ = Span(0); }

  // --- Its power
  [[nodiscard]] bool up() const { return up_; }
  void Kill() { up_ = false; }
  void PowerOn() { up_ = true; }
  // Everything on it stands still: it sleeps through its lease, and does not know.
  [[nodiscard]] bool frozen() const { return frozen_; }

  // --- Its line to the store
  [[nodiscard]] bool cut_off() const { return cut_off_until_ > agenda_.now(); }
  void CutOff(Span span) { cut_off_until_ = agenda_.now() + span; }
  void Reconnect() { cut_off_until_ = {}; }
  // Chance decides; it may kill the process, and `pauses` lets time pass in which others act.
  [[nodiscard]] Fate Meet(bool pauses);

 private:
  void Pause();

  const std::string name_;
  Agenda& agenda_;
  Chance& chance_;
  Tally& tally_;
  Trouble& trouble_;
  Span offset_{0};
  bool up_ = true;
  bool frozen_ = false;
  Instant cut_off_until_{};
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_HOST_H_
