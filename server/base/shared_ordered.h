// Ordered maps and sets whose copies share what they have in common.
#ifndef SERVER_BASE_SHARED_ORDERED_H_
#define SERVER_BASE_SHARED_ORDERED_H_

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace dkimkeeper {

// Looks like the std::map or std::set `Ordered`, cut into pieces: a copy takes a pointer for each
// piece, a change copies the one piece that it is in. So a snapshot of a large registry is made in
// microseconds and costs next to no memory. As thread-safe as `Ordered`, also against its copies.
// An iterator is good until this changes.
template <typename Ordered>
class SharedOrdered {
 public:
  using key_type = typename Ordered::key_type;
  using value_type = typename Ordered::value_type;
  using const_reference = const value_type&;
  using size_type = std::size_t;

  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = typename Ordered::value_type;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type*;
    using reference = const value_type&;

    const_iterator() = default;
    reference operator*() const { return *at_; }
    pointer operator->() const { return &*at_; }
    const_iterator& operator++() {
      if (++at_ == (*pieces_)[piece_]->end()) *this = const_iterator(*pieces_, piece_ + 1);
      return *this;
    }
    const_iterator operator++(int) {
      const_iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const const_iterator& a, const const_iterator& b) {
      return a.piece_ == b.piece_ && a.at_ == b.at_;
    }

   private:
    friend SharedOrdered;
    using Pieces = std::vector<std::shared_ptr<const Ordered>>;

    // The first element of that piece, or the end.
    const_iterator(const Pieces& pieces, std::size_t piece) : pieces_(&pieces), piece_(piece) {
      if (piece < pieces.size()) at_ = pieces[piece]->begin();
    }
    const_iterator(const Pieces& pieces, std::size_t piece, typename Ordered::const_iterator at)
        : pieces_(&pieces), piece_(piece), at_(at) {}

    const Pieces* pieces_ = nullptr;
    std::size_t piece_ = 0;
    typename Ordered::const_iterator at_{};
  };
  using iterator = const_iterator;

  SharedOrdered() = default;
  SharedOrdered(Ordered all) {  // NOLINT(google-explicit-constructor): it is the same set
    size_ = all.size();
    while (!all.empty()) {
      auto piece = std::make_shared<Ordered>();
      while (!all.empty() && piece->size() < kFill) {
        piece->insert(piece->end(), all.extract(all.begin()));
      }
      pieces_.push_back(std::move(piece));
    }
  }

  [[nodiscard]] const_iterator begin() const { return const_iterator(pieces_, 0); }
  [[nodiscard]] const_iterator end() const { return const_iterator(pieces_, pieces_.size()); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  [[nodiscard]] const_iterator find(const key_type& key) const {
    if (pieces_.empty()) return end();
    const std::size_t piece = PieceOf(key);
    const auto at = pieces_[piece]->find(key);
    return at == pieces_[piece]->end() ? end() : const_iterator(pieces_, piece, at);
  }
  [[nodiscard]] bool contains(const key_type& key) const { return find(key) != end(); }
  [[nodiscard]] const_iterator lower_bound(const key_type& key) const {
    if (pieces_.empty()) return end();
    const std::size_t piece = PieceOf(key);
    const auto at = pieces_[piece]->lower_bound(key);
    if (at == pieces_[piece]->end()) return const_iterator(pieces_, piece + 1);
    return const_iterator(pieces_, piece, at);
  }
  // The key must be there, else it throws as std::map does.
  [[nodiscard]] const auto& at(const key_type& key) const {
    static const Ordered kNone;
    return (pieces_.empty() ? kNone : *pieces_[PieceOf(key)]).at(key);
  }

  // False, and nothing done, where its key is there already.
  bool insert(value_type value) {
    const key_type& key = KeyOf(value);
    if (contains(key)) return false;
    const std::size_t piece = pieces_.empty() ? NewPiece() : PieceOf(key);
    Edit(piece, [&](Ordered& edited) { edited.insert(std::move(value)); });
    return true;
  }
  template <typename Value>
  void insert_or_assign(const key_type& key, Value&& value) {
    const std::size_t piece = pieces_.empty() ? NewPiece() : PieceOf(key);
    Edit(piece, [&](Ordered& edited) { edited.insert_or_assign(key, std::forward<Value>(value)); });
  }
  void erase(const key_type& key) {
    if (!contains(key)) return;
    Edit(PieceOf(key), [&](Ordered& edited) { edited.erase(key); });
  }
  template <typename Predicate>
  void erase_if(const Predicate& predicate) {
    for (std::size_t piece = pieces_.size(); piece-- > 0;) {
      if (std::ranges::none_of(*pieces_[piece], predicate)) continue;
      Edit(piece, [&](Ordered& edited) { std::erase_if(edited, predicate); });
    }
  }

  friend bool operator==(const SharedOrdered& a, const SharedOrdered& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
  }

 private:
  // A piece is cut in two when it has grown beyond kMost.
  static constexpr std::size_t kFill = 32;
  static constexpr std::size_t kMost = 2 * kFill;

  [[nodiscard]] static const key_type& KeyOf(const value_type& value) {
    if constexpr (requires { typename Ordered::mapped_type; }) {
      return value.first;
    } else {
      return value;  // NOLINT(bugprone-return-const-ref-from-parameter): of elements that stay
    }
  }

  // Where `key` is if it is anywhere: the last piece that begins with no later one. There must be
  // one.
  [[nodiscard]] std::size_t PieceOf(const key_type& key) const {
    const auto after = std::ranges::upper_bound(
        pieces_, key, {},
        [](const auto& piece) -> const key_type& { return KeyOf(*piece->begin()); });
    return after == pieces_.begin() ? 0 : static_cast<std::size_t>(after - pieces_.begin()) - 1;
  }

  std::size_t NewPiece() {
    pieces_.push_back(std::make_shared<const Ordered>());
    return pieces_.size() - 1;
  }

  // Changes a copy of that piece and puts it in its place.
  template <typename Change>
  void Edit(std::size_t number, const Change& change) {
    const auto place = pieces_.begin() + static_cast<std::ptrdiff_t>(number);
    auto edited = std::make_shared<Ordered>(**place);
    change(*edited);
    size_ = size_ - (*place)->size() + edited->size();
    if (edited->empty()) {
      pieces_.erase(place);
      return;
    }
    if (edited->size() > kMost) {
      auto rest = std::make_shared<Ordered>();
      while (edited->size() > kFill) {
        rest->insert(rest->begin(), edited->extract(std::prev(edited->end())));
      }
      pieces_.insert(place + 1, std::move(rest));
    }
    pieces_[number] = std::move(edited);
  }

  std::vector<std::shared_ptr<const Ordered>> pieces_;  // in order; none is empty
  std::size_t size_ = 0;
};

template <typename K, typename V>
using SharedMap = SharedOrdered<std::map<K, V>>;
template <typename K>
using SharedSet = SharedOrdered<std::set<K>>;

}  // namespace dkimkeeper

#endif  // SERVER_BASE_SHARED_ORDERED_H_
