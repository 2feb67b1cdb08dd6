#include <memory>
#include <utility>

#include "client/c_abi/arguments.h"
#include "client/c_abi/client_handle.h"
#include "client/c_abi/error.h"
#include "client/c_abi/options.h"

using namespace dkimkeeper;

dkimkeeper_code dkimkeeper_connect(const dkimkeeper_options* options, dkimkeeper_client** client,
                                   dkimkeeper_error** error) {
  return Guarded(error, [&]() -> Outcome {
    if (Outcome given = Given(client != nullptr, "where to put the client"); !given) return given;
    *client = nullptr;
    const Result<ClientOptions> read = ReadOptions(options);
    if (!read) return Forward(read);
    Result<std::unique_ptr<Client>> connected = Client::Connect(*read);
    if (!connected) return Forward(connected);
    auto handle = std::make_unique<dkimkeeper_client>();
    *handle = {*std::move(connected), read->deadline};
    *client = handle.release();
    return {};
  });
}
