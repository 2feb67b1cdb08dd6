// Long lists come in pages.
#ifndef SERVER_RPC_PAGE_H_
#define SERVER_RPC_PAGE_H_

#include <cstdint>
#include <string>
#include <utility>

#include "proto/reason.h"
#include "proto/result.h"

namespace dkimkeeper {

// Cuts one page out of items that come sorted by name. A page token is the name of the last item of
// the page before, so that a list that changes meanwhile neither repeats nor skips what stayed.
class Page {
 public:
  static constexpr std::int32_t kMaxSize = 500;

  // INVALID_ARGUMENT/BAD_PAGE for a negative size; 0 and what is over the largest mean the largest.
  [[nodiscard]] static Result<Page> Parse(std::int32_t size, std::string token) {
    if (size < 0) {
      return Fail(Code::kInvalidArgument, reason::kBadPage, "page_size must not be negative");
    }
    return Page(size == 0 || size > kMaxSize ? kMaxSize : size, std::move(token));
  }

  // Whether the item called `name` belongs on this page; items come in rising order.
  [[nodiscard]] bool Takes(const std::string& name) {
    if (name <= after_) return false;
    if (taken_ == size_) {
      more_ = true;
      return false;
    }
    ++taken_;
    last_ = name;
    return true;
  }

  // For the response; empty on the last page.
  [[nodiscard]] std::string NextToken() const { return more_ ? last_ : std::string(); }

 private:
  Page(std::int32_t size, std::string after) : size_(size), after_(std::move(after)) {}

  const std::int32_t size_;
  const std::string after_;
  std::int32_t taken_ = 0;
  std::string last_;
  bool more_ = false;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_PAGE_H_
