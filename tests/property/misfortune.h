// What befalls DNS, tokens, machines and clocks, out of nobody's will.
#ifndef TESTS_PROPERTY_MISFORTUNE_H_
#define TESTS_PROPERTY_MISFORTUNE_H_

#include <optional>
#include <utility>
#include <vector>

#include "tests/property/daemon.h"
#include "tests/property/scene.h"

namespace dkimkeeper::sim {

// Not thread-safe.
class Misfortune {
 public:
  // All must outlive this.
  Misfortune(Scene& scene, std::vector<Daemon*> daemons)
      : scene_(scene), daemons_(std::move(daemons)) {}

  // Until there is no trouble any more.
  void Start();

 private:
  // Now and then, `mean` apart on average.
  void Every(Span mean, void (Misfortune::*happen)());

  void TroubleServer();
  void TroubleResolver();
  void TroubleToken();
  void ChangeRecord();
  void Kill();
  void CutOff();
  void JumpClock();

  [[nodiscard]] std::optional<Domain> AnyZone();

  Scene& scene_;
  std::vector<Daemon*> daemons_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_MISFORTUNE_H_
