// What openssl.cnf says about the provider.
#ifndef CLIENT_PROVIDER_PROVIDER_OPTIONS_H_
#define CLIENT_PROVIDER_PROVIDER_OPTIONS_H_

#include "client/reference/reference_client.h"
#include "proto/result.h"

namespace dkimkeeper::provider {

struct ProviderOptions {
  ReferenceClientOptions client;  // `agent_socket`, `limit_ms`
  bool rsa_bridge = false;        // `rsa_bridge = yes`
};

// The settings of the provider's section as texts, nullptr where they are not there; `socket` is
// what the environment says, which goes before. INVALID_ARGUMENT/BAD_OPTION names the setting.
struct ProviderSettings {
  const char* agent_socket = nullptr;
  const char* limit_ms = nullptr;
  const char* rsa_bridge = nullptr;
  const char* environment_socket = nullptr;  // DKIMKEEPER_AGENT_SOCKET, by secure_getenv(3)
};
[[nodiscard]] Result<ProviderOptions> ReadOptions(const ProviderSettings& settings);

}  // namespace dkimkeeper::provider

#endif  // CLIENT_PROVIDER_PROVIDER_OPTIONS_H_
