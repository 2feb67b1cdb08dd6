#include "client/provider/provider_options.h"

#include <charconv>
#include <string>
#include <string_view>

#include "proto/reason.h"

namespace dkimkeeper::provider {
namespace {

constexpr int kLongestLimit = 600'000;  // ms

tl::unexpected<Error> Bad(std::string_view setting, std::string_view rule) {
  return Fail(Code::kInvalidArgument, reason::kBadOption,
              "openssl.cnf, provider dkimkeeper: " + std::string(setting) + " must be " +
                  std::string(rule));
}

}  // namespace

Result<ProviderOptions> ReadOptions(const ProviderSettings& settings) {
  ProviderOptions options;
  for (const char* socket : {settings.agent_socket, settings.environment_socket}) {
    if (socket != nullptr) options.client.socket = socket;
  }
  if (!options.client.socket.starts_with('/')) return Bad("agent_socket", "an absolute path");
  if (settings.limit_ms != nullptr) {
    const std::string_view text = settings.limit_ms;
    int limit = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (fault != std::errc() || end != text.data() + text.size() || limit < 1 ||
        limit > kLongestLimit) {
      return Bad("limit_ms", "a number of milliseconds from 1 to 600000");
    }
    options.client.limit = std::chrono::milliseconds(limit);
  }
  if (settings.rsa_bridge != nullptr) {
    const std::string_view text = settings.rsa_bridge;
    if (text != "yes" && text != "no") return Bad("rsa_bridge", "yes or no");
    options.rsa_bridge = text == "yes";
  }
  return options;
}

}  // namespace dkimkeeper::provider
