// Operators, who do all that they may, at any time.
#ifndef TESTS_PROPERTY_OPERATORS_H_
#define TESTS_PROPERTY_OPERATORS_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/access/grant.h"
#include "tests/property/daemon.h"
#include "tests/property/scene.h"

namespace dkimkeeper::sim {

[[nodiscard]] Identity OperatorIdentity();
// All that there is.
[[nodiscard]] std::set<Grant> OperatorsGrants();

// Not thread-safe.
class Operators {
 public:
  // All must outlive this.
  Operators(Scene& scene, std::vector<Daemon*> daemons)
      : scene_(scene), daemons_(std::move(daemons)) {}

  // A domain with a policy of its own, and one to begin with.
  void Begin();
  // Commands, now and then until there is no trouble any more.
  void Start();
  // What was paused goes on, and nothing is left to people.
  void SetRight();

 private:
  using Decide = std::function<Result<Decision>(const View&, const Daemon&)>;
  struct Command {
    int weight;
    void (Operators::*give)();
  };

  void GiveOne();
  // Through any daemon that runs and reaches the store. Whether something changed.
  bool Do(const Decide& decide);
  bool Do(Kind kind, const Decide& decide);
  [[nodiscard]] Daemon* AnyDaemon();
  void AddDomain(const std::string& name);
  [[nodiscard]] PolicySettings AnySettings();

  void AddAnyDomain();
  void RemoveDomain();
  void AddSender();
  void RemoveSender();
  void ChangePolicy();
  void Pause();
  void Resume();
  void Rotate();
  void RotateCompromised();
  void Revoke();
  void RevokeCompromised();
  void CompromiseToken();
  void Generate();
  void ActivateOverride();
  void Retire();
  void CheckNow();

  // Null, or nothing: there is none.
  [[nodiscard]] std::shared_ptr<const Key> AnyKey(bool (*fits)(const Key&));
  [[nodiscard]] const DomainEntry* AnyDomain();
  [[nodiscard]] const Contents& Now();

  Scene& scene_;
  std::vector<Daemon*> daemons_;
  Contents contents_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_OPERATORS_H_
