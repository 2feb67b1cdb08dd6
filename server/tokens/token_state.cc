#include "server/tokens/token_state.h"

namespace dkimkeeper {

std::string_view TokenStateName(TokenState state) {
  switch (state) {
    case TokenState::kReady:
      return "ready";
    case TokenState::kAway:
      return "away";
    case TokenState::kPinRefused:
      return "pin_refused";
  }
  return "unknown";
}

}  // namespace dkimkeeper
