#include "server/rpc/in_effect.h"

namespace dkimkeeper {

v1::InEffect InEffectOf(const Daemons& daemons, std::uint64_t generation, bool await) {
  v1::InEffect message;
  message.set_generation(generation);
  if (await) (void)daemons.await_acknowledged(generation);
  message.add_daemons(daemons.own_name);  // it made the change
  for (const DaemonBeat& beat : daemons.alive()) {
    if (beat.name == daemons.own_name) continue;
    (beat.generation >= generation ? message.add_daemons() : message.add_behind())
        ->assign(beat.name);
  }
  return message;
}

}  // namespace dkimkeeper
