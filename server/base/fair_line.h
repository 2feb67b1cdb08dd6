// A bounded line in which nobody takes another's turn.
#ifndef SERVER_BASE_FAIR_LINE_H_
#define SERVER_BASE_FAIR_LINE_H_

#include <cstddef>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace dkimkeeper {

// What waits, each for somebody. All who have something in it take turns, one each (round robin);
// what waits for the same one keeps its order. Where the line is full, the newest of whoever has
// the most makes room (longest queue drop; RFC 7806 §4, "fair queuing"): so nobody is refused who
// has less than `limit` divided by those who wait, and one alone may have all of it. Not
// thread-safe. Turns cost the same, however many wait; a full line looks at each who waits.
template <typename T>
class FairLine {
 public:
  explicit FairLine(std::size_t limit) : limit_(limit) {}

  // Puts `one` behind all that wait for `whose`. What has no place, if any: `one` itself where
  // nobody has more than its own.
  [[nodiscard]] std::optional<T> PushBack(const std::string& whose, T one) {
    Turn own = TurnOf(whose, turns_.end());
    own->waiting.push_back(std::move(one));
    if (++size_ <= limit_) return std::nullopt;
    Turn most = own;
    for (Turn turn = turns_.begin(); turn != turns_.end(); ++turn) {
      if (turn->waiting.size() > most->waiting.size()) most = turn;
    }
    T displaced = std::move(most->waiting.back());
    most->waiting.pop_back();
    NoteTaken(most);
    return displaced;
  }

  // Puts back what PopFront gave: it is next, whatever the limit.
  void PushFront(const std::string& whose, T one) {
    Turn own = TurnOf(whose, turns_.begin());
    own->waiting.push_front(std::move(one));
    turns_.splice(turns_.begin(), turns_, own);
    ++size_;
  }

  // Whose turn it is. Not empty.
  [[nodiscard]] T PopFront() {
    const Turn turn = turns_.begin();
    T one = std::move(turn->waiting.front());
    turn->waiting.pop_front();
    turns_.splice(turns_.end(), turns_, turn);
    NoteTaken(turn);
    return one;
  }

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  // Who have something in it.
  [[nodiscard]] std::size_t parties() const { return turns_.size(); }

 private:
  struct Party {
    std::string name;
    std::deque<T> waiting = {};  // not empty between calls
  };
  using Turn = typename std::list<Party>::iterator;

  Turn TurnOf(const std::string& name, Turn place) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return found->second;
    return by_name_.emplace(name, turns_.insert(place, Party{name})).first->second;
  }
  void NoteTaken(Turn turn) {
    --size_;
    if (!turn->waiting.empty()) return;
    by_name_.erase(turn->name);
    turns_.erase(turn);
  }

  const std::size_t limit_;
  std::size_t size_ = 0;
  std::list<Party> turns_;  // who is next comes first
  std::unordered_map<std::string, Turn> by_name_;
};

}  // namespace dkimkeeper

#endif  // SERVER_BASE_FAIR_LINE_H_
