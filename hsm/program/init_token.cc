#include <algorithm>
#include <array>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "hsm/pkcs11/module.h"
#include "hsm/pkcs11/pin_reference.h"
#include "hsm/pkcs11/session.h"
#include "hsm/program/commands.h"
#include "hsm/program/complain.h"

// Raw calls in a process that ends afterwards: libp11 0.4.12 crashes when it looks at the slots
// again after an initialisation, and SoftHSM moves the token to another slot.
namespace dkimkeeper {
namespace {

using pkcs11::Attempt;

Result<std::vector<CK_SLOT_ID>> SlotsWithToken(const CK_FUNCTION_LIST& calls) {
  CK_ULONG count = 0;
  CK_RV rv = calls.C_GetSlotList(CK_TRUE, nullptr, &count);
  std::vector<CK_SLOT_ID> slots(count);
  if (rv == CKR_OK) rv = calls.C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (rv != CKR_OK) {
    return tl::unexpected<Error>(pkcs11::CkrError(rv, "C_GetSlotList", pkcs11::Phase::kStartUp));
  }
  slots.resize(count);
  return slots;
}

// PKCS#11 texts are padded with blanks (PKCS#11 2.40 §3.2).
template <std::size_t size>
std::string Text(const unsigned char (&padded)[size]) {
  const std::string text(std::begin(padded), std::end(padded));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// The first slot whose token was never initialised; refused where a token has the label already.
Result<CK_SLOT_ID> EmptySlot(const CK_FUNCTION_LIST& calls, const std::string& label) {
  const auto slots = SlotsWithToken(calls);
  if (!slots) return Forward(slots);
  std::optional<CK_SLOT_ID> empty;
  for (const CK_SLOT_ID slot : *slots) {
    CK_TOKEN_INFO info = {};
    if (calls.C_GetTokenInfo(slot, &info) != CKR_OK) continue;
    if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) {
      if (!empty) empty = slot;
    } else if (Text(info.label) == label) {
      return Fail(Code::kAlreadyExists, reason::kTokenAmbiguous,
                  "There is a token with label \"" + label + "\" (serial " +
                      Text(info.serialNumber) +
                      ") already, and its keys would be lost: choose another label.");
    }
  }
  if (empty) return *empty;
  return Fail(
      Code::kFailedPrecondition, reason::kTokenNotFound,
      "The module shows no token that was never initialised. None is initialised anew here, "
      "because that destroys its keys: use the token's own tool.");
}

Outcome Said(CK_RV rv, std::string_view call) {
  if (rv == CKR_OK) return {};
  return tl::unexpected<Error>(pkcs11::CkrError(rv, call, pkcs11::Phase::kStartUp));
}

Outcome SetUserPin(const CK_FUNCTION_LIST& calls, CK_SLOT_ID slot, pkcs11::SecretBuffer& so_pin,
                   pkcs11::SecretBuffer& pin) {
  const Attempt<pkcs11::Session> session =
      pkcs11::Session::Open(calls, slot, pkcs11::Access::kReadWrite);
  if (!session) return tl::unexpected<Error>(session.error().error);
  Outcome done =
      Said(calls.C_Login(session->handle(), CKU_SO, so_pin.secret().data(), so_pin.secret().size()),
           "C_Login as security officer");
  if (!done) return done;
  done = Said(calls.C_InitPIN(session->handle(), pin.secret().data(), pin.secret().size()),
              "C_InitPIN");
  static_cast<void>(calls.C_Logout(session->handle()));
  return done;
}

// Returns the token's serial number.
Result<std::string> Initialise(const InitLine& line) {
  Result<pkcs11::SecretBuffer> pin = pkcs11::PinReference::File(line.pin_file).Read();
  if (!pin) return Forward(pin);
  Result<pkcs11::SecretBuffer> so_pin = pkcs11::PinReference::File(line.so_pin_file).Read();
  if (!so_pin) return Forward(so_pin);
  const auto module = pkcs11::Module::Load(line.module, nullptr);
  if (!module) return tl::unexpected<Error>(module.error().error);
  const CK_FUNCTION_LIST& calls = (*module)->calls();
  const Result<CK_SLOT_ID> slot = EmptySlot(calls, line.label);
  if (!slot) return Forward(slot);
  std::array<unsigned char, 32> label = {};
  label.fill(' ');
  std::ranges::copy(line.label, label.begin());
  Outcome done =
      Said(calls.C_InitToken(*slot, so_pin->secret().data(), so_pin->secret().size(), label.data()),
           "C_InitToken");
  if (done) done = SetUserPin(calls, *slot, *so_pin, *pin);
  if (!done) return Forward(done);
  CK_TOKEN_INFO info = {};
  done = Said(calls.C_GetTokenInfo(*slot, &info), "C_GetTokenInfo");
  if (!done) return Forward(done);
  return Text(info.serialNumber);
}

}  // namespace

int InitToken(const InitLine& line) {
  const Result<std::string> serial = Initialise(line);
  if (!serial) return Complain(serial.error());
  std::cout << "label " << line.label << "\nserial " << *serial << '\n';
  return 0;
}

}  // namespace dkimkeeper
