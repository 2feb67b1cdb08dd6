// The calls of PKCS#11 that the fault module stands in front of: those that the product makes.
#ifndef TESTS_FAULTMODULE_FUNCTIONS_H_
#define TESTS_FAULTMODULE_FUNCTIONS_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace dkimkeeper::faultmodule {

#define FAULTMODULE_FUNCTIONS(X) \
  X(C_Initialize)                \
  X(C_Finalize)                  \
  X(C_GetInfo)                   \
  X(C_GetSlotList)               \
  X(C_GetSlotInfo)               \
  X(C_GetTokenInfo)              \
  X(C_GetMechanismList)          \
  X(C_GetMechanismInfo)          \
  X(C_OpenSession)               \
  X(C_CloseSession)              \
  X(C_CloseAllSessions)          \
  X(C_GetSessionInfo)            \
  X(C_Login)                     \
  X(C_Logout)                    \
  X(C_FindObjectsInit)           \
  X(C_FindObjects)               \
  X(C_FindObjectsFinal)          \
  X(C_GetAttributeValue)         \
  X(C_SetAttributeValue)         \
  X(C_CreateObject)              \
  X(C_GenerateKeyPair)           \
  X(C_DestroyObject)             \
  X(C_SignInit)                  \
  X(C_Sign)

#define FAULTMODULE_ENUMERATOR(name) name,
enum class Function : std::uint8_t { FAULTMODULE_FUNCTIONS(FAULTMODULE_ENUMERATOR) };
#undef FAULTMODULE_ENUMERATOR

#define FAULTMODULE_NAME(name) std::string_view(#name),
inline constexpr std::array kFunctionNames = {FAULTMODULE_FUNCTIONS(FAULTMODULE_NAME)};
#undef FAULTMODULE_NAME

constexpr std::string_view NameOf(Function function) {
  return kFunctionNames[static_cast<std::size_t>(function)];
}

}  // namespace dkimkeeper::faultmodule

#endif  // TESTS_FAULTMODULE_FUNCTIONS_H_
