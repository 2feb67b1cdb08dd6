// The event log: one line an event, `event=key.activated domain=example.com selector=s1`.
#ifndef PROTO_BASE_EVENT_LOG_H_
#define PROTO_BASE_EVENT_LOG_H_

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace dkimkeeper {

enum class Severity : std::uint8_t { kInfo, kWarning, kError };

// One `key=value` of an event: `{"domain", domain.str()}`, `{"count", 3}`, `{"isolated", true}`.
// The key is a literal of lower-case letters, digits and underscores; the value may be anything.
struct EventField {
  EventField(std::string_view field_key, std::string field_value)
      : key(field_key), value(std::move(field_value)) {}
  EventField(std::string_view field_key, std::string_view field_value)
      : key(field_key), value(field_value) {}
  EventField(std::string_view field_key, const char* field_value)
      : key(field_key), value(field_value) {}
  EventField(std::string_view field_key, std::integral auto field_value) : key(field_key) {
    if constexpr (std::same_as<decltype(field_value), bool>) {
      value = field_value ? "true" : "false";
    } else {
      value = std::to_string(field_value);
    }
  }

  std::string_view key;
  std::string value;
};

// The longest value that is written whole; the rest of a longer one is cut and marked `...`.
inline constexpr std::size_t kMaxEventValueBytes = 1024;

// Renders `event=NAME key=value …` without a line end. A value stands bare when it is made of
// ASCII letters, digits and `._:/@+,-` only; any other stands in double quotes, where `"` and `\`
// get a backslash and every control character and non-ASCII byte becomes `\n`, `\r`, `\t` or
// `\xNN`. So a value can end neither its field nor the line, nor drive a terminal.
[[nodiscard]] std::string RenderEvent(std::string_view event,
                                      std::initializer_list<EventField> fields);

// Where events go. Thread-safe where the sink is; the one of ToStandardError is.
//
// Never throws: an event that cannot be written is lost, the work that it tells of goes on.
class EventLog {
 public:
  // Takes a rendered line without a line end. May throw; may be called from several threads.
  using Sink = std::function<void(Severity severity, std::string_view line)>;

  // Lines `time=2026-01-01T00:00:00.000Z level=info event=…` on standard error.
  [[nodiscard]] static EventLog ToStandardError();

  explicit EventLog(Sink sink) : sink_(std::move(sink)) {}

  // `event` is a literal: `noun.happened` (key.activated, tls.refused).
  void Write(Severity severity, std::string_view event,
             std::initializer_list<EventField> fields) noexcept;

  void Info(std::string_view event, std::initializer_list<EventField> fields = {}) noexcept {
    Write(Severity::kInfo, event, fields);
  }
  void Warning(std::string_view event, std::initializer_list<EventField> fields = {}) noexcept {
    Write(Severity::kWarning, event, fields);
  }
  void Error(std::string_view event, std::initializer_list<EventField> fields = {}) noexcept {
    Write(Severity::kError, event, fields);
  }

 private:
  Sink sink_;
};

}  // namespace dkimkeeper

#endif  // PROTO_BASE_EVENT_LOG_H_
