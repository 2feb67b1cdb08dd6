#include "server/base/alarms.h"

#include <algorithm>
#include <iterator>

namespace dkimkeeper {

void AlarmBoard::CountLocked(std::string_view name) const {
  if (!hooks_.count_changed) return;
  const auto standing =
      std::count_if(standing_.begin(), standing_.end(),
                    [name](const auto& entry) { return entry.first.first == name; });
  hooks_.count_changed(name, static_cast<std::size_t>(standing));
}

void AlarmBoard::Raise(std::string_view name, std::string_view subject, std::string_view message,
                       std::chrono::system_clock::time_point now) {
  Alarm raised{std::string(name), std::string(subject), std::string(message), now};
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    const auto [entry, inserted] = standing_.try_emplace(Key(raised.name, raised.subject), raised);
    is_new = inserted;
    if (is_new) {
      CountLocked(name);
    } else if (entry->second.message != message) {
      entry->second.message = raised.message;
    } else {
      return;
    }
  }
  log_.Error(is_new ? "alarm.raised" : "alarm.changed",
             {{"alarm", name}, {"subject", subject}, {"message", message}});
  if (is_new && hooks_.raised && !hooks_.raised(raised)) {
    log_.Error("alarm.command_dropped", {{"alarm", name}, {"subject", subject}});
  }
}

void AlarmBoard::Clear(std::string_view name, std::string_view subject,
                       std::chrono::system_clock::time_point now) {
  std::chrono::system_clock::time_point since;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = standing_.find(Key(name, subject));
    if (entry == standing_.end()) return;
    since = entry->second.since;
    standing_.erase(entry);
    CountLocked(name);
  }
  const auto stood = std::chrono::duration_cast<std::chrono::seconds>(now - since).count();
  log_.Info("alarm.cleared", {{"alarm", name}, {"subject", subject}, {"stood_seconds", stood}});
}

std::vector<Alarm> AlarmBoard::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<Alarm> alarms;
  alarms.reserve(standing_.size());
  std::transform(standing_.begin(), standing_.end(), std::back_inserter(alarms),
                 [](const auto& entry) { return entry.second; });
  return alarms;
}

}  // namespace dkimkeeper
