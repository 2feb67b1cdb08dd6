#include "client/opendkim/data_set.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

std::string Shown(const std::vector<DataSetEntry>& entries) {
  std::string text;
  for (const DataSetEntry& each : entries) {
    text += std::to_string(each.line) + "[" + each.key + "|" + each.value + "]";
  }
  return text;
}

TEST(DataSet, NamesSayTheirKind) {
  EXPECT_EQ(ParseDataSetName("refile:/etc/t").kind, DataSetKind::kPatterns);
  EXPECT_EQ(ParseDataSetName("refile:/etc/t").rest, "/etc/t");
  EXPECT_EQ(ParseDataSetName("csl:a=b").kind, DataSetKind::kList);
  EXPECT_EQ(ParseDataSetName("file:t").rest, "t");
  EXPECT_EQ(ParseDataSetName("dsn:mysql://x/y").kind, DataSetKind::kDatabase);
  const DataSetName plain = ParseDataSetName("./KeyTable");
  EXPECT_EQ(plain.kind, DataSetKind::kFile);
  EXPECT_FALSE(plain.kind_is_written);
  EXPECT_EQ(plain.rest, "./KeyTable");
}

TEST(DataSet, LinesHaveKeyAndValue) {
  EXPECT_EQ(
      Shown(ReadDataSet(DataSetKind::kFile, "# head\n\na  b c # why\r\n\tlast\t d \n #\nalone\n")),
      "3[a|b c]4[last|d]6[alone|]");
  EXPECT_EQ(Shown(ReadDataSet(DataSetKind::kPatterns, "*@a.example k#x")), "1[*@a.example|k]");
}

TEST(DataSet, ListsHaveElements) {
  EXPECT_EQ(Shown(ReadDataSet(DataSetKind::kList, "a=b=c, d = e ,,f")), "1[a|b=c]2[d|e]4[f|]");
}

}  // namespace
}  // namespace dkimkeeper
