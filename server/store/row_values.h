// The vocabulary's values in the columns of rows, named alike in all tables.
#ifndef SERVER_STORE_ROW_VALUES_H_
#define SERVER_STORE_ROW_VALUES_H_

#include <optional>
#include <string>
#include <utility>

#include "hsm/key_id.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/selector.h"
#include "proto/dkim/sender.h"
#include "proto/result.h"
#include "server/store/contents.h"
#include "server/store/row.h"

namespace dkimkeeper::row_values {

inline std::string StrOf(const auto& value) { return value.str(); }

// Each reads the column of its name.
inline auto DomainIn(RowReader& row) { return row.Value("domain", Domain::Parse, StrOf<Domain>); }

inline auto SenderIn(RowReader& row) { return row.Value("sender", Sender::Parse, StrOf<Sender>); }

// Whether a domain allows underscores was decided when the key was made, and may change later.
inline auto SelectorIn(RowReader& row) {
  return row.Value(
      "selector", [](std::string_view text) { return Selector::Parse(text, Underscore::kAllowed); },
      StrOf<Selector>);
}

inline auto KeyIdIn(RowReader& row) {
  return row.Value("key_id", KeyId::FromHex, [](const KeyId& key) { return key.ToHex(); });
}

inline auto IdentityIn(RowReader& row) {
  return row.Value("identity", Identity::Parse, StrOf<Identity>);
}

inline void SetName(const KeyName& name, Row& row) {
  row.Set("domain", name.first.str());
  row.Set("selector", name.second.str());
}

template <typename T>
Result<T> Unless(const std::optional<Error>& damage, T value) {
  if (damage) return tl::unexpected<Error>(*damage);
  return value;
}

}  // namespace dkimkeeper::row_values

#endif  // SERVER_STORE_ROW_VALUES_H_
