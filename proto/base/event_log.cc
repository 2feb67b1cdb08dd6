#include "proto/base/event_log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <memory>

namespace dkimkeeper {
namespace {

bool IsBare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._:/@+,-").find(c) != std::string_view::npos;
}

void AppendEscaped(std::string& line, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    line += '\\';
    line += c;
  } else if (c == '\n') {
    line += "\\n";
  } else if (c == '\r') {
    line += "\\r";
  } else if (c == '\t') {
    line += "\\t";
  } else if (byte < 0x20 || byte >= 0x7f) {
    line += "\\x";
    line += kHex[byte >> 4];
    line += kHex[byte & 0xf];
  } else {
    line += c;
  }
}

void AppendValue(std::string& line, std::string_view value) {
  const bool cut = value.size() > kMaxEventValueBytes;
  value = value.substr(0, kMaxEventValueBytes);
  if (!value.empty() && std::all_of(value.begin(), value.end(), IsBare)) {
    line += value;
    if (cut) line += "...";
    return;
  }
  line += '"';
  for (const char c : value) AppendEscaped(line, c);
  if (cut) line += "...";
  line += '"';
}

spdlog::level::level_enum LevelOf(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return spdlog::level::info;
    case Severity::kWarning:
      return spdlog::level::warn;
    case Severity::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

std::string RenderEvent(std::string_view event, std::initializer_list<EventField> fields) {
  std::string line = "event=";
  AppendValue(line, event);
  for (const EventField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    AppendValue(line, field.value);
  }
  return line;
}

EventLog EventLog::ToStandardError() {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      "time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc));
  auto logger = std::make_shared<spdlog::logger>("events", std::move(sink));
  logger->flush_on(spdlog::level::info);
  return EventLog([logger](Severity severity, std::string_view line) {
    logger->log(LevelOf(severity), spdlog::string_view_t(line.data(), line.size()));
  });
}

void EventLog::Write(Severity severity, std::string_view event,
                     std::initializer_list<EventField> fields) noexcept {
  try {
    sink_(severity, RenderEvent(event, fields));
  } catch (...) {  // NOLINT(bugprone-empty-catch): nowhere is left to report it to
  }
}

}  // namespace dkimkeeper
