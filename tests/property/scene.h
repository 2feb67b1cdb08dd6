// All of one history's world but its daemons.
#ifndef TESTS_PROPERTY_SCENE_H_
#define TESTS_PROPERTY_SCENE_H_

#include <cstdint>
#include <string>

#include "server/lifecycle/policy.h"
#include "tests/fakes/memory_store.h"
#include "tests/property/dns_world.h"
#include "tests/property/judge.h"
#include "tests/property/planted_bug.h"
#include "tests/property/vault.h"
#include "tests/property/world_publisher.h"

namespace dkimkeeper::sim {

// Not thread-safe.
struct Scene {
  Scene(std::uint64_t seed, PlantedBug planted) : chance(seed), bug(planted) {}
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  Agenda agenda;
  Chance chance;
  Tally tally;
  Trouble trouble;
  const PlantedBug bug;
  Policy policy;
  MemoryStore store;
  DnsWorld world{agenda, chance, tally};
  RecordOwner owner{world, agenda, chance, tally, trouble};
  Vault main{"main"};
  Vault spare{"spare"};
  Judge judge{agenda, world, store, tally, policy};
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_SCENE_H_
