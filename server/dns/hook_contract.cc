#include "server/dns/hook_contract.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "proto/dkim/txt_record.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxMessageOctets = 1000;

constexpr std::pair<std::string_view, HookStatus> kStatuses[] = {
    {"done", HookStatus::kDone},       {"asked", HookStatus::kAsked},
    {"changed", HookStatus::kChanged}, {"refused", HookStatus::kRefused},
    {"away", HookStatus::kAway},
};

tl::unexpected<Error> Bad(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadDocument, std::move(message));
}

std::string_view ActionOf(const RecordChange& change) {
  if (!change.before) return "create";
  return change.after ? "replace" : "remove";
}

Json SideOf(const std::optional<KeyRecord>& record) {
  if (!record) return nullptr;
  const std::string value = RenderKeyRecord(*record);
  return {{"value", value}, {"strings", SplitCharacterStrings(value)}};
}

// One line that drives no terminal.
std::string Printable(std::string text) {
  if (text.size() > kMaxMessageOctets) text.resize(kMaxMessageOctets);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

std::optional<HookStatus> StatusOf(const std::string& text) {
  for (const auto& [name, status] : kStatuses) {
    if (text == name) return status;
  }
  return std::nullopt;
}

}  // namespace

std::string RenderHookOrder(const RecordChange& change, const std::string& name) {
  const Json order = {{"version", 1},
                      {"action", ActionOf(change)},
                      {"name", name},
                      {"type", "TXT"},
                      {"ttl", change.ttl.count()},
                      {"before", SideOf(change.before)},
                      {"after", SideOf(change.after)}};
  return order.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<HookAnswer> ParseHookAnswer(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Bad("is no JSON object");
  const auto status = json.find("status");
  if (status == json.end() || !status->is_string()) return Bad("has no \"status\"");
  const auto known = StatusOf(status->get<std::string>());
  if (!known) {
    return Bad("has a \"status\" other than done, asked, changed, refused and away");
  }
  HookAnswer answer{.status = *known};
  if (const auto message = json.find("message"); message != json.end()) {
    if (!message->is_string()) return Bad("has a \"message\" that is no string");
    answer.message = Printable(message->get<std::string>());
  }
  return answer;
}

}  // namespace dkimkeeper
