#include "hsm/program/open_connection.h"

#include <utility>

namespace dkimkeeper {

using pkcs11::Connection;
using pkcs11::Module;
using pkcs11::PinReference;

Result<std::unique_ptr<Connection>> OpenConnection(const TokenAddress& token,
                                                   const std::string& pin_file, unsigned sessions) {
  auto module = Module::Load(token.module, nullptr);
  if (!module) return tl::unexpected<Error>(std::move(module.error().error));
  auto connection = Connection::Open(std::move(*module), {.token = {token.label, token.serial},
                                                          .pin = PinReference::File(pin_file),
                                                          .sessions = sessions});
  if (!connection) return tl::unexpected<Error>(std::move(connection.error().error));
  return std::move(*connection);
}

Pkcs11Options OptionsFor(const TokenAddress& token, const std::string& pin_file) {
  return {.name = "command",
          .module_path = token.module,
          .token = {token.label, token.serial},
          .pin = PinReference::File(pin_file)};
}

}  // namespace dkimkeeper
