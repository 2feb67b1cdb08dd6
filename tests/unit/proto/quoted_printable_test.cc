#include "proto/dkim/quoted_printable.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

TEST(QuotedPrintableTest, EncodesWhatATagValueCannotHold) {
  EXPECT_EQ(EncodeQuotedPrintable("a;b=c d\r\n\xC3\xA4~"), "a=3Bb=3Dc=20d=0D=0A=C3=A4~");
}

TEST(QuotedPrintableTest, DecodesDigitsOfAnyLetterCase) {
  EXPECT_EQ(DecodeQuotedPrintable("a=3Bb=3dc d"), "a;b=c d");
  EXPECT_EQ(DecodeQuotedPrintable(""), "");
}

TEST(QuotedPrintableTest, RefusesAnEqualsSignWithoutTwoDigits) {
  for (const char* text : {"=", "a=", "=3", "=3G", "==3D", "=\r\n"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(DecodeQuotedPrintable(text), std::nullopt);
  }
}

}  // namespace
}  // namespace dkimkeeper
