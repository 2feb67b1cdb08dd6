// Planted bugs of a service that writes the wrong thing down.
#ifndef TESTS_PROPERTY_SPOILT_COMMITS_H_
#define TESTS_PROPERTY_SPOILT_COMMITS_H_

#include <functional>
#include <vector>

#include "tests/property/scene.h"

namespace dkimkeeper::sim {

// Empty for bugs that are planted elsewhere. `scene` must outlive what is answered.
[[nodiscard]] std::function<void(std::vector<Change>&)> SpoilerFor(Scene& scene);

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_SPOILT_COMMITS_H_
