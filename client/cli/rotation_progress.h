// How far a rotation has come. Pure: made of what the server lists.
#ifndef CLIENT_CLI_ROTATION_PROGRESS_H_
#define CLIENT_CLI_ROTATION_PROGRESS_H_

#include <string>
#include <vector>

#include "dkimkeeper/v1/keys.pb.h"
#include "dkimkeeper/v1/rotation.pb.h"

namespace dkimkeeper {

// A value.
struct RotationProgress {
  // Successors that sign now, one for each algorithm at most.
  std::vector<v1::Key> active;
  // What successors that do not sign yet wait for.
  std::vector<v1::Step> steps;
  // Successors whose records their owner publishes by hand, and has not.
  std::vector<v1::Key> to_publish;
  // Every key that was replaced has a successor that signs.
  bool done = false;
  // Not done, and nothing goes on by itself: a record to publish, a step that is an operator's.
  bool needs_person = false;
};

// `replaced` as RotateKeys answered; `keys` and `steps` of the same domain and sender, as listed
// now.
[[nodiscard]] RotationProgress ProgressOf(const std::vector<v1::Key>& replaced,
                                          const std::vector<v1::Key>& keys,
                                          const std::vector<v1::Step>& steps);

// "prove 20260214-k3f9x: ns2.example.net shows no record"; of a step without a key yet, its
// algorithm stands for the selector. Says nothing of time: equal lines are no news.
[[nodiscard]] std::string ProgressLine(const v1::Step& step);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_ROTATION_PROGRESS_H_
